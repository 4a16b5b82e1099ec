import { describe, expect, it, onTestFinished } from "vitest";
import { findCanaries } from "./helpers/canaries.ts";
import { courierContext } from "./helpers/kratos-context.ts";
import { FREE_LISTENERS, startFromYaml } from "./helpers/running-app.ts";
import { plivoDialect } from "./helpers/vendor-plivo.ts";
import { startVendor } from "./helpers/vendor-server.ts";

const CLIENT_IP = "203.0.113.77";
const COUNT = 25;
const numbers = Array.from({ length: COUNT }, (_, index) => `+${4_915_735_990_123 + index}`);

/** A gateway on real sockets in front of a stand-in of Plivo, with everything that leaves it otherwise. */
async function gateway(mode: "dev" | "live", pumping = "") {
  const vendor = await startVendor(plivoDialect, { MAXXX: "token-plivo" });
  onTestFinished(() => vendor.close());
  const { urls, log } = await startFromYaml(`
mode: ${mode}
${FREE_LISTENERS}
auth: { keys: [{ id: kratos, secret: key-of-kratos }] }
admin: { keys: [{ id: ops, secret: key-of-ops }] }
providers:
  plivo-main: { type: plivo, authId: MAXXX, authToken: token-plivo, sender: { default: { from: "+14155550101" } }, baseUrl: "${vendor.origin}" }
destinations: { countries: [DE] }
${pumping}
`);
  const ask = async (to: string) => {
    const body = JSON.stringify(courierContext({ recipient: to, request_headers: { "True-Client-Ip": [CLIENT_IP] } }));
    const headers = { "content-type": "application/json", "x-api-key": "key-of-kratos" };
    return (await fetch(`${urls.gateway}/courier/sms`, { method: "POST", headers, body })).headers.get("x-outcome");
  };
  const outcomes = async () => {
    const all = [];
    for (const number of numbers) all.push(await ask(number));
    return all;
  };
  const read = async (path: string) =>
    (await fetch(`${urls.ops}${path}`, { headers: { "x-api-key": "key-of-ops" } })).text();
  const alarmLines = () =>
    log()
      .split("\n")
      .filter((line) => line.includes("pumping alarm:") && !line.includes("suppressed"))
      .map((line) => JSON.parse(line));
  return { outcomes, read, alarmLines, log, vendor };
}

const times = (count: number, name: string): string[] => Array(count).fill(name);

describe("a pumped gateway", () => {
  it("says so once in the log, the metrics and /admin/pumping, by default, and sends on", async () => {
    const { outcomes, read, alarmLines } = await gateway("live");
    expect(await outcomes()).toEqual(times(COUNT, "sent"));
    expect(alarmLines()).toMatchObject([{ level: "warn", rule: "sequential-numbers", country: "DE", count: 8 }]);
    expect(await read("/metrics")).toContain('sms_pumping_alarms_total{rule="sequential-numbers",country="DE"} 1');
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.parse(await read("/admin/pumping"))).toMatchObject({
      rules: { "sequential-numbers": "alarm", "country-burst": "alarm" },
      alarms: [{ rule: "sequential-numbers", country: "DE", count: COUNT, perMs: 600_000, since }],
    });
  });

  it("looks at the client's address where a header is named, and lets neither it nor a number out", async () => {
    const { outcomes, read, alarmLines, log } = await gateway(
      "live",
      "pumping: { sequentialNumbers: { onAlarm: off }, clientIp: { header: true-client-ip, onAlarm: suppress } }",
    );
    expect(await outcomes()).toEqual([...times(19, "sent"), ...times(6, "suppressed")]);
    expect(alarmLines()).toMatchObject([{ rule: "client-ip", country: "DE", count: 20 }]);
    expect(log()).toContain('"reason":"pumping alarm: client-ip"');
    const admin = await read("/admin/pumping");
    expect(JSON.parse(admin)).toMatchObject({ alarms: [{ rule: "client-ip", count: COUNT }] });
    const output = [log(), await read("/metrics"), admin].join("\n");
    expect(findCanaries(output, { codes: [], secrets: [...numbers.map((to) => to.slice(1)), CLIENT_IP] })).toEqual([]);
  });

  it("in dev mode says so and stops nothing", async () => {
    const { outcomes, alarmLines, vendor } = await gateway(
      "dev",
      "pumping: { sequentialNumbers: { onAlarm: suppress } }",
    );
    expect(await outcomes()).toEqual(times(COUNT, "captured"));
    expect(alarmLines()).toHaveLength(1);
    expect(vendor.requests).toEqual([]);
  });
});
