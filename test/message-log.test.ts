import { describe, expect, it, onTestFinished } from "vitest";
import { courierContext } from "./helpers/kratos-context.ts";
import { FREE_LISTENERS, startFromYaml } from "./helpers/running-app.ts";
import { plivoDialect } from "./helpers/vendor-plivo.ts";
import { type Dialect, type Reply, reset, startVendor } from "./helpers/vendor-server.ts";
import { twilioDialect } from "./helpers/vendor-twilio.ts";

const NUMBER = "+4915735990123";

/** All that a line may say of a message, and of one of its attempts. */
const FIELDS =
  "level time msg outcome reason id template country to route provider attempts segments durationMs status".split(" ");
const ATTEMPT_FIELDS = "provider skipped detail outcome kind vendorCode providerMessageId durationMs".split(" ");

/** A live gateway between two vendors, and the lines that it wrote of messages. */
async function gateway(replies: { twilio?: Reply; plivo?: Reply } = {}, more = "") {
  const start = async (dialect: Dialect, account: string, reply?: Reply) => {
    const vendor = await startVendor(dialect, { [account]: "token" });
    onTestFinished(() => vendor.close());
    vendor.replyWith(reply);
    return vendor;
  };
  const twilio = await start(twilioDialect, "AC0", replies.twilio);
  const plivo = await start(plivoDialect, "MA0", replies.plivo);
  const sender = 'sender: { default: { from: "+14155550101" } }, maxInFlight: 1';
  const app = await startFromYaml(`
mode: live
${FREE_LISTENERS}
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: token, ${sender}, baseUrl: "${twilio.origin}" }
  plivo-main: { type: plivo, authId: MA0, authToken: token, ${sender}, baseUrl: "${plivo.origin}" }
destinations: { countries: [DE] }
${more}`);
  const post = async (code: string, { to = NUMBER, key = "key-of-kratos" } = {}) => {
    const { status } = await fetch(`${app.urls.gateway}/courier/sms`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify(
        courierContext({ recipient: to, body: `Your login code is: ${code}\n` }, { to, login_code: code }),
      ),
    });
    return status;
  };
  const lines = () => {
    const parsed = app.log().split("\n").filter(Boolean);
    return parsed.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome !== undefined);
  };
  return { app, twilio, post, lines };
}

type Line = Record<string, unknown>;
type Row = [what: string, options: Parameters<typeof gateway>, statuses: number[], last: Line, attempts: Line[]];

const refused = (status: number, code?: number) => ({ twilio: twilioDialect.refused(status, code) });
const taken = { outcome: "sent", providerMessageId: "id-1" };
const LIMIT = "limits: { perNumber: { max: 1, per: 1h } }";

/** One message, or two for the rows with two statuses; the fields of the last line, and its attempts. */
const ROWS: Row[] = [
  [
    "sent",
    [],
    [200],
    { level: "info", outcome: "sent", provider: "twilio-main" },
    [{ ...taken, provider: "twilio-main" }],
  ],
  [
    "failed over",
    [refused(401)],
    [200],
    { level: "info", outcome: "sent", provider: "plivo-main" },
    [
      { provider: "twilio-main", outcome: "not-sent", kind: "unauthorized", vendorCode: "20003" },
      { ...taken, provider: "plivo-main" },
    ],
  ],
  [
    "not asked, since the breaker is open",
    [refused(401)],
    [200, 200],
    { level: "info", outcome: "sent", provider: "plivo-main" },
    [
      { provider: "twilio-main", skipped: "circuit-open" },
      { outcome: "sent", provider: "plivo-main" },
    ],
  ],
  [
    "refused by the vendor for good",
    [refused(400, 21211)],
    [200],
    { level: "warn", outcome: "rejected", reason: "invalid-recipient" },
    [{ provider: "twilio-main", outcome: "not-sent", kind: "invalid-recipient", vendorCode: "21211" }],
  ],
  [
    "to a country that is not allowed",
    [{}, "routes: [{ name: all, chain: [plivo-main] }]"],
    [200],
    { level: "warn", outcome: "rejected", country: "FR" },
    [],
  ],
  [
    "over a limit",
    [{}, LIMIT],
    [200, 200],
    { level: "warn", outcome: "suppressed", reason: "over the limit: number" },
    [],
  ],
  [
    "over a limit that is not enforced",
    [{}, `${LIMIT.slice(0, -1)}, monitorOnly: true }`],
    [200, 200],
    { level: "info", outcome: "sent" },
    [taken],
  ],
  [
    "nobody knows",
    [{ twilio: reset, plivo: reset }],
    [200],
    { level: "warn", outcome: "ambiguous", reason: "nobody can know whether it was sent" },
    [
      { provider: "twilio-main", outcome: "unknown", kind: "unavailable" },
      { provider: "plivo-main", outcome: "unknown", kind: "unavailable" },
    ],
  ],
  [
    "failed",
    [{ ...refused(401), plivo: plivoDialect.refused(401) }],
    [503],
    { level: "error", outcome: "failed" },
    [{ kind: "unauthorized" }, { kind: "unauthorized" }],
  ],
];

describe("a message writes one line, of fields that are listed, without number, text or code:", () => {
  it.each(ROWS)("%s", async (what, options, statuses, last, attempts) => {
    const { app, post, lines } = await gateway(...options);
    const to = what.includes("country") ? "+33612345678" : NUMBER;
    for (const [index, status] of statuses.entries()) expect(await post(`48291${index}`, { to })).toBe(status);
    const written = lines();
    expect(written).toHaveLength(statuses.length);
    const line = written.at(-1);
    expect(line).toMatchObject({
      ...{ template: "login_code_valid", country: "DE", to: expect.stringMatching(/^[\w-]{22}$/) },
      ...{ id: expect.stringMatching(/^msg_\w{24}$/), segments: 1, durationMs: expect.any(Number) },
      ...last,
    });
    expect(line.attempts).toHaveLength(attempts.length);
    expect(line.attempts).toMatchObject(attempts.map(({ providerMessageId: _, ...attempt }) => attempt));
    expect(unlisted(written)).toEqual([]);
    expect(app.log()).not.toMatch(/15735990|612345678|48291\d|login code/i);
  });

  it("a repetition, with the id of the message that it repeats", async () => {
    const { post, lines } = await gateway();
    for (let round = 0; round < 2; round++) expect(await post("482913")).toBe(200);
    const [first, second] = lines();
    expect(lines()).toHaveLength(2);
    expect(second).toMatchObject({
      outcome: "duplicate",
      id: first.id,
      to: first.to,
      provider: "twilio-main",
      attempts: [],
    });
    expect(unlisted(lines())).toEqual([]);
  });

  it("one that comes while every vendor is busy", async () => {
    let release = () => {};
    const later: Reply = (response) => {
      const { status, headers, body } = twilioDialect.accepted("id-1");
      release = () => response.writeHead(status, headers).end(body);
    };
    const { post, lines, twilio } = await gateway({ twilio: later }, "routes: [{ name: one, chain: [twilio-main] }]");
    const first = post("482910");
    while (twilio.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await post("482911")).toBe(503);
    release();
    expect(await first).toBe(200);
    const busy = { provider: "twilio-main", skipped: "busy" };
    expect(lines()).toMatchObject([{ level: "error", outcome: "shed", attempts: [busy] }, { outcome: "sent" }]);
    expect(unlisted(lines())).toEqual([]);
  });

  it("one to no valid number, and a request that is none", async () => {
    const { app, post, lines } = await gateway();
    expect(await post("482913", { to: "+491" })).toBe(200);
    expect(await post("482913", { key: "another-key" })).toBe(401);
    expect(lines()).toMatchObject([
      {
        level: "warn",
        outcome: "rejected",
        status: 200,
        id: expect.any(String),
        template: "login_code_valid",
        reason: expect.any(String),
      },
      { level: "warn", outcome: "unauthorized", status: 401, reason: expect.any(String) },
    ]);
    expect(unlisted(lines())).toEqual([]);
    expect(app.log()).not.toMatch(/482913|another-key|\+491/);
  });
});

function unlisted(lines: { attempts?: Line[] }[]): string[] {
  return lines.flatMap((line) => [
    ...Object.keys(line).filter((key) => !FIELDS.includes(key)),
    ...(line.attempts ?? []).flatMap((attempt) => Object.keys(attempt).filter((key) => !ATTEMPT_FIELDS.includes(key))),
  ]);
}
