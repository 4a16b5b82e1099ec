import { describe, expect, it, onTestFinished } from "vitest";
import { magicNumbers } from "../../src/inbox/magic-numbers.ts";
import { startComposed } from "../helpers/composed-gateway.ts";
import { startVendor } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

const KEY = { headers: { "x-api-key": "key-of-kratos" } };

/** A live gateway with the inbox beside it; its vendor is a stand-in on this machine. */
async function live() {
  const vendor = await startVendor(twilioDialect, { AC0: "token-twilio" });
  onTestFinished(() => vendor.close());
  const gateway = await startComposed(`
mode: live
inbox: { besideLive: true }
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: token-twilio, sender: { default: { from: "+14155550101" } }, baseUrl: "${vendor.origin}" }
destinations: { countries: [US] }
`);
  return { gateway, vendor };
}

describe("live mode", () => {
  it("knows no magic number: each is sent as any other", async () => {
    const { gateway, vendor } = await live();
    const digits = magicNumbers.map(({ number }) => number.slice(-4).replace("NNN", "503").replace("SS", "30"));
    for (const last of digits) {
      const answer = await gateway.post(`+1500555${last}`, "482913", KEY);
      expect([last, answer.status, answer.headers.get("x-outcome")]).toEqual([last, 200, "sent"]);
    }
    expect(vendor.accepted.map(({ to }) => to)).toEqual(digits.map((last) => `+1500555${last}`));
    const messages = await gateway.messages();
    expect(messages).toHaveLength(digits.length);
    expect(messages.filter(({ simulated }) => simulated !== undefined)).toEqual([]);
  });

  it("has no chaos rules: every call of them is answered 404, and nothing fails", async () => {
    const { gateway } = await live();
    const body = JSON.stringify({ rules: [{ status: 503 }] });
    const headers = { "content-type": "application/json" };
    for (const init of [{ method: "GET" }, { method: "PUT", headers, body }, { method: "DELETE" }]) {
      expect((await fetch(`${gateway.inboxUrl}/api/chaos`, init)).status).toBe(404);
    }
    expect((await gateway.post("+12025550143", "482913", KEY)).headers.get("x-outcome")).toBe("sent");
    expect((await gateway.inbox("/openapi.json")).paths["/api/chaos"]).toBeUndefined();
  });
});
