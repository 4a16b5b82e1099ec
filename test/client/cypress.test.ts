import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addInboxCommands, inboxTasks } from "../../src/client/cypress.ts";
import { capture } from "../inbox/events.ts";
import { type ServedInbox, serveInbox } from "../inbox/serving.ts";

let served: ServedInbox;
beforeAll(async () => {
  served = await serveInbox();
});
afterAll(() => served.close());

describe("the Cypress tasks", () => {
  it("hand out a number of their own, then its codes one after the other", async () => {
    const tasks = inboxTasks({ url: served.url });
    const to = await tasks["sms:phone"](null);
    expect(to).toMatch(/^\+1\d{3}55501\d\d$/);
    for (const code of ["111111", "222222"]) capture(served.mailbox.tell, { to, code });
    expect(await tasks["sms:code"]({ to })).toBe("111111");
    expect(await tasks["sms:code"]({ to })).toBe("222222");
  });

  it("take a number of the test's own, and forget the codes from before", async () => {
    const tasks = inboxTasks({ url: served.url });
    const to = "+4915735990123";
    capture(served.mailbox.tell, { to, code: "333333" });
    expect(await tasks["sms:phone"](to)).toBe(to);
    capture(served.mailbox.tell, { to, code: "444444" });
    expect(await tasks["sms:code"]({ to, template: "login_code_valid", timeoutMs: 5_000 })).toBe("444444");
  });

  it("say what to do first", async () => {
    await expect(inboxTasks({ url: served.url })["sms:code"]({ to: "+12025550143" })).rejects.toThrow("cy.smsPhone()");
  });
});

describe("the Cypress commands", () => {
  // What each command asks of cy.task, which waits no longer than its own timeout.
  const asked: unknown[][] = [];
  const commands = new Map<string, (...args: unknown[]) => unknown>();
  addInboxCommands(
    { Commands: { add: (name, command) => commands.set(name, command) } },
    { task: (...task) => asked.push(task) },
  );

  it.each<[name: string, args: unknown[], task: unknown[]]>([
    ["smsPhone", [], ["sms:phone", null, { log: false }]],
    ["smsPhone", ["+4915735990123"], ["sms:phone", "+4915735990123", { log: false }]],
    ["smsCode", ["+1"], ["sms:code", { to: "+1" }, { log: false, timeout: 20_000 }]],
    [
      "smsCode",
      ["+1", { timeoutMs: 60_000 }],
      ["sms:code", { to: "+1", timeoutMs: 60_000 }, { log: false, timeout: 70_000 }],
    ],
  ])("%s %j asks for a task and leaves it time", (name, args, task) => {
    commands.get(name)?.(...args);
    expect(asked.at(-1)).toEqual(task);
  });
});
