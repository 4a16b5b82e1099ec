import type { Page, Route } from "playwright-core";
import type { Detail, Status } from "../../../src/inbox/ui/wire.ts";

/** A gateway that says everything of itself. */
export function fullStatus(fields: Partial<Status> = {}): Status {
  return {
    version: "0.1.0",
    mode: "dev",
    startedAt: new Date(Date.now() - 42_000).toISOString(),
    courierUrl: "http://127.0.0.1:8080/courier/sms",
    needsKey: false,
    pasteBlocks: {
      host: "courier:\n  url: http://127.0.0.1:8080\n",
      docker: "courier:\n  url: http://host.docker.internal:8080\n",
    },
    requestCount: 0,
    waits: [],
    chaos: { active: false, rules: [] },
    magicNumbers: [{ number: "+1 500 555 1503", says: "every request is answered 503" }],
    ...fields,
  };
}

/** Everything that a detail may have beside what the mailbox of a test knows. */
export const FULL_DETAIL = {
  attempt: { number: 3, of: 6, state: "done" },
  requestCount: 3,
  simulated: "3503: the first five requests are answered 503",
  limits: [
    { dimension: "number", perMs: 600_000, max: 5, used: 6, enforced: false },
    { dimension: "spend-total", perMs: 86_400_000, max: 100, used: 12.3456, enforced: false },
  ],
  cost: { amount: 0.0166, currency: "USD" },
  requests: [0, 1_000, 2_050].map((ms, index) => ({
    id: `msg_${index}`,
    receivedAt: new Date(Date.UTC(2026, 10, 21, 12, 4, 31) + ms).toISOString(),
    outcome: index < 2 ? "failed" : "captured",
    status: index < 2 ? 503 : 200,
    durationMs: 4,
  })),
  meter: {
    encoding: "UCS-2",
    count: 2,
    units: 85,
    unitsLeft: 49,
    perSegment: 67,
    causes: [{ character: "’", codePoint: "U+2019", replacement: "'" }],
    replaced: { text: "", encoding: "GSM-7", count: 1, units: 85 },
  },
  autofill: {
    line: "@acme.example #482913",
    findings: [
      { level: "ok", says: "The last line names host and code." },
      { level: "advice", says: "The host is localhost.", fix: "Use the domain that the product runs on." },
      { level: "error", says: "Two blanks stand before the code.", fix: "Leave one." },
    ],
  },
  payloads: [
    {
      provider: "twilio-main",
      method: "POST",
      url: "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages.json",
      headers: { authorization: "[masked]" },
      body: "To=%2B12025550143",
    },
  ],
} satisfies Partial<Detail>;

const FULL_REQUEST = {
  bytes: 412,
  remoteAddress: "127.0.0.1",
  answer: { status: 200, headers: { "x-outcome": "captured" }, body: '{"outcome":"captured"}' },
};

/** Puts a gateway that says everything between the page and the mailbox of a test. */
export async function standIn(page: Page, status: Status = fullStatus(), extras: Partial<Detail> = {}): Promise<void> {
  const json = (route: Route, value: unknown) => route.fulfill({ json: value });
  await page.route("**/api/status", (route) => json(route, status));
  await page.route("**/api/chaos", (route) => {
    const { rules } = route.request().postDataJSON();
    status.chaos = { active: rules.length > 0, rules };
    return json(route, status.chaos);
  });
  if (Object.keys(extras).length === 0) return;
  await page.route(/\/api\/messages\/msg_\w+$/, async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const response = await route.fetch().catch(() => undefined);
    if (response === undefined) return route.abort();
    const detail = await response.json();
    return json(route, { ...detail, ...extras, request: { ...detail.request, ...FULL_REQUEST } });
  });
}
