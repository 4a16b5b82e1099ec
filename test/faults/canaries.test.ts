import { describe, expect, it } from "vitest";
import { findCanaries } from "../helpers/canaries.ts";
import { type FaultBench, fresh, SECRETS, startFaultBench } from "../helpers/fault-bench.ts";
import { hang, type Reply, type VendorRequest } from "../helpers/vendor-server.ts";

/** A vendor that repeats whatever it was told, wherever an answer has room for it. */
const echo =
  (status: number, contentType: string, body: (request: VendorRequest) => string): Reply =>
  (response, request) => {
    const { authorization = "" } = request.headers;
    response.writeHead(status, request.body.slice(0, 500).replace(/[^\x20-\x7e]/g, " "), {
      "content-type": contentType,
      "retry-after": "+4915735990123",
      "x-error": request.body.replace(/[^\x20-\x7e]/g, " "),
      "www-authenticate": authorization,
    });
    response.end(body(request));
  };

const told = (request: VendorRequest) =>
  `${request.body} ${new URLSearchParams(request.body)} ${request.headers["authorization"]}`;
const asJson = (request: VendorRequest) =>
  JSON.stringify({
    code: told(request),
    message: told(request),
    sid: told(request),
    status: told(request),
    more_info: told(request),
  });

const rows: [what: string, reply: Reply][] = [
  ["a success with all of it in the body", echo(201, "application/json", asJson)],
  ["a success of another type", echo(201, "text/html", told)],
  ["a success that is cut off", echo(201, "application/json", (request) => asJson(request).slice(0, 80))],
  ["a refusal", echo(400, "application/json", asJson)],
  ["a refusal in prose", echo(400, "text/plain", told)],
  ["wrong credentials", echo(401, "application/json", asJson)],
  ["throttling", echo(429, "application/json", asJson)],
  [
    "the code as the code of an error",
    echo(400, "application/json", (request) => `{"code":${/[+ ](\d{6})\b/.exec(request.body)?.[1] ?? 0}}`),
  ],
  ["a breakdown", echo(500, "application/json", asJson)],
  ["a redirect", echo(302, "application/json", asJson)],
  ["another protocol", (response, request) => response.socket?.end(`${told(request)}\r\n\r\n`)],
  ["nothing", hang],
];

/** Every way out: the log, the metrics, the admin API, and answers with and without a body. */
async function everythingSaid(bench: FaultBench, numbers: string[], answers: string[]): Promise<string> {
  const { ops, gateway } = bench.app.urls;
  const admin = { "x-api-key": SECRETS.admin };
  const asked = await Promise.all([
    fetch(`${ops}/metrics`),
    fetch(`${ops}/readyz`),
    fetch(`${ops}/admin/providers`, { headers: admin }),
    fetch(`${ops}/admin/providers`, { headers: { "x-api-key": SECRETS.kratos } }),
    fetch(`${gateway}/nowhere`, { headers: { "x-api-key": SECRETS.kratos } }),
    ...numbers.map((to) => fetch(`${ops}/admin/messages?to=${encodeURIComponent(to)}`, { headers: admin })),
  ]);
  const texts = asked.map(async (answer) => JSON.stringify([...answer.headers]) + (await answer.text()));
  return [bench.log(), ...answers, ...(await Promise.all(texts))].join("\n");
}

describe("what a vendor repeats of the message", () => {
  it.each(rows)("is seen nowhere: %s", async (_, reply) => {
    const bench = await startFaultBench();
    for (const { vendor } of Object.values(bench.lines)) vendor.replyWith(reply);
    const messages = [fresh(), fresh({ template: "verifiable_address_changed" }), fresh({ to: "+4900" }), fresh()];
    const answers: string[] = [];
    for (const [index, { to, code, text, template }] of messages.entries()) {
      const key = index === 3 ? SECRETS.admin : SECRETS.kratos;
      const body = JSON.stringify({
        recipient: to,
        body: text,
        template_type: template,
        template_data: { to, login_code: code },
      });
      const headers = { "content-type": "application/json", "x-api-key": key, accept: "*/*" };
      for (const sent of [body, body.slice(0, -1)]) {
        const answer = await fetch(`${bench.app.urls.gateway}/courier/sms`, { method: "POST", headers, body: sent });
        answers.push(JSON.stringify([answer.status, ...answer.headers]) + (await answer.text()));
      }
    }
    const numbers = messages.map(({ to }) => to);
    const output = await everythingSaid(bench, [numbers[0] ?? "", numbers[1] ?? ""], answers);
    expect(output.split("\n").length).toBeGreaterThan(10);
    const codes = messages.map(({ code }) => code);
    const secrets = [
      ...numbers.filter((to) => to.length > 8).map((to) => to.slice(1)),
      ...Object.values(SECRETS),
      "login code is",
    ];
    expect(findCanaries(output, { codes, secrets })).toEqual([]);
  });
});

describe("the search for canaries", () => {
  const canaries = { codes: ["482913"], secrets: ["4915735990123", "fault-token-of-twilio"] };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  it.each([
    ["a code", '{"code":"482913"}'],
    ["a code that is reversed", "x 319284 x"],
    ["a code in base64", base64("482913")],
    ["a number", "to=%2B4915735990123"],
    ["a number that is reversed", "3210995375194"],
    ["a number in a longer base64", base64("a longer text about +4915735990123 and so on")],
    ["a number in base64, one character further", base64("the longer text about +4915735990123 and so on")],
    ["a key in base64 as in Authorization", `Basic ${base64("AC0:fault-token-of-twilio")}`],
    ["a key in hexadecimal", Buffer.from("fault-token-of-twilio").toString("hex").toUpperCase()],
  ])("finds %s", (_, output) => {
    expect(findCanaries(output, canaries)).not.toEqual([]);
  });

  it("takes no identifier for a code", () => {
    expect(findCanaries('"id":"msg_a482913b" 0.482913 1482913', canaries)).toEqual([]);
  });
});
