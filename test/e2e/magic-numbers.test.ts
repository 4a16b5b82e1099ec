import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poll } from "../helpers/program.ts";
import { explainMissingKratos, kratosMissing, type Stack, startStack, unlessRun } from "./stack.ts";

explainMissingKratos();

interface CourierRow {
  recipient: string;
  status: string;
  send_count: number;
}

describe.skipIf(kratosMissing)(`Kratos and the magic numbers${unlessRun}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      // Kratos' own default number of retries; its second between two tries would only make the test slower.
      kratosOverrides: { "courier.message_retries": 5, "courier.worker.pull_wait": "100ms" },
    });
  });
  afterAll(() => stack?.stop());

  /** The row of Kratos' courier for a phone, when it has got as far as the status. */
  function courierRow(phone: string, status: string): Promise<CourierRow> {
    return poll(`${status} in Kratos' courier`, 20_000, async () => {
      const response = await fetch(
        `${stack.kratos.adminUrl}/admin/courier/messages?recipient=${encodeURIComponent(phone)}`,
      );
      const rows = (await response.json()) as CourierRow[];
      return rows.find((row) => row.recipient === phone && row.status === status);
    });
  }

  /** What the inbox shows of the messages to a phone, newest first. */
  async function shown(phone: string): Promise<{ outcome: string; simulated?: string }[]> {
    const response = await fetch(`${stack.gateway.inboxUrl}/api/messages?q=to:${encodeURIComponent(phone)}`);
    return ((await response.json()) as { messages: { outcome: string; simulated?: string }[] }).messages;
  }

  it.each<[phone: string, attempts: number]>([
    ["+15005550006", 1],
    ["+15005552503", 2],
    ["+15005552400", 2],
    ["+15005553503", 6],
    ["+15005556503", 1],
  ])("registers %s with the code that came at attempt %i", async (phone, attempts) => {
    const { app, nextCode } = stack;
    const session = await app.register(phone, await nextCode(phone));
    expect((await app.whoami(session.token)).status).toBe(200);
    expect(await courierRow(phone, "sent")).toMatchObject({ send_count: attempts });
    expect((await shown(phone))[0]).toMatchObject({ outcome: "captured", simulated: expect.any(String) });
  });

  it.each(["+15005551503", "+15005551429", "+15005551400", "+15005555000"])(
    "gives %s up after six attempts",
    async (phone) => {
      await askForCode(phone);
      expect(await courierRow(phone, "abandoned")).toMatchObject({ send_count: 6 });
      const messages = await shown(phone);
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.every(({ outcome }) => outcome === "failed")).toBe(true);
    },
  );

  it.each<[phone: string, outcome: string]>([
    ["+15005550001", "rejected"],
    ["+15005550004", "rejected"],
    ["+15005550009", "rejected"],
    ["+15005557001", "suppressed"],
  ])("takes %s for sent, though nothing was: %s", async (phone, outcome) => {
    await askForCode(phone);
    expect(await courierRow(phone, "sent")).toMatchObject({ send_count: 1 });
    expect(await shown(phone)).toMatchObject([{ outcome }]);
  });

  /** Registers as far as that a code is on its way, which nobody will ever type. */
  async function askForCode(phone: string): Promise<void> {
    const nobody = () => Promise.reject(new Error("no code came"));
    await expect(stack.app.register(phone, nobody)).rejects.toThrow("no code came");
  }
});
