import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { runCli } from "../helpers/run-cli.ts";
import { FREE_LISTENERS, startFromYaml } from "../helpers/running-app.ts";

const directory = mkdtempSync(join(tmpdir(), "doctor-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SHIPPED = readFileSync("kratos/kratos.yml", "utf8");
const GATEWAY_URL = "http://127.0.0.1:8080/courier/sms";
const KEY = "development-only-gateway-key";

async function doctor(kratosYaml: string, argv: string[] = [], environment: Record<string, string> = {}) {
  const file = join(directory, "kratos.yml");
  writeFileSync(file, kratosYaml);
  return runCli(["doctor", file, ...argv], { PATH: process.env["PATH"], ...environment });
}

/** A gateway in dev mode; with a key when one is given. */
async function startGateway(key?: string) {
  const auth = key ? `auth: { keys: [{ id: kratos, secret: ${key} }] }` : "";
  const { urls } = await startFromYaml(`mode: dev
${FREE_LISTENERS}${auth}`);
  return { url: `${urls.gateway}/courier/sms`, inbox: urls.inbox };
}

async function startStranger(): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(200).end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/courier/sms`;
}

describe("doctor", () => {
  it("has nothing to say against ours, and tells how it looked at the Jsonnet", async () => {
    const { code, out } = await doctor(SHIPPED);
    expect(code).toBe(0);
    expect(out).toContain("nothing to say against it");
    expect(out).toMatch(/the Jsonnet was (evaluated by (kratos )?jsonnet|only read)/);
  });

  it("says that it could only read the Jsonnet where no program evaluates it", async () => {
    expect((await doctor(SHIPPED, [], { PATH: directory })).out).toContain("the Jsonnet was only read");
  });

  it("prints each mistake with its place, its reason and what to write, and exits 1", async () => {
    const { code, out } = await doctor(SHIPPED.replace("      type: http ", "      # "));
    expect(code).toBe(1);
    expect(out).toMatch(/^error: kratos\.yml:\d+:\d+ courier\.channels\.0\.type: without a type .*\n {2}type: http\n/);
  });

  it("calls a wrong path an error where nobody but the gateway can answer, and a warning elsewhere", async () => {
    const at = (origin: string) => SHIPPED.replace("http://127.0.0.1:8080/courier", `${origin}`);
    for (const host of ["127.0.0.1", "localhost", "[::1]", "host.docker.internal"])
      expect((await doctor(at(`http://${host}:8080`))).out, host).toMatch(/^error: .*answers 404 to every SMS/);
    for (const origin of ["http://127.0.0.1:8090", "http://proxy:8080", "https://127.0.0.1:8443"])
      expect((await doctor(at(origin))).out, origin).toMatch(/^warning: .* at \/courier\/sms only$/m);
    expect((await doctor(at("http://proxy:9000"), [], { HOST: "proxy", PORT: "9000" })).out).toMatch(/^error: /);
  });

  it.each<[how: string, environment: Record<string, string>, says: string]>([
    ["installed", {}, "`kratos-sms-gateway kratos-config`"],
    ["by npx", { npm_lifecycle_event: "npx" }, "`npx kratos-sms-gateway kratos-config`"],
    [
      "from a clone",
      { npm_lifecycle_event: "cli", npm_package_name: "kratos-sms-gateway" },
      "`npm run -s cli -- kratos-config`",
    ],
    [
      "in a script of another package",
      { npm_lifecycle_event: "dev", npm_package_name: "shop" },
      "`kratos-sms-gateway ",
    ],
  ])("names commands as one can type them: %s", async (_, environment, says) => {
    expect((await doctor("dsn: memory", [], environment)).out).toContain(says);
  });

  it("exits 0 when there is nothing but warnings", async () => {
    const { code, out } = await doctor(SHIPPED.replace("message_retries: 30", "message_retries: 5"));
    expect([code, out]).toEqual([0, expect.stringMatching(/^warning: .*6 tries/)]);
  });

  it("tells a program in JSON", async () => {
    const { out } = await doctor(SHIPPED.replace("method: POST", "method: GET"), ["--json"]);
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ severity: "error", path: "courier.channels.0.request_config.method", fix: "method: POST" }],
    });
  });

  it.each<[what: string, yaml: string, code: number]>([
    ["no YAML", "a: [1", 78],
    ["no keys", "hello", 78],
  ])("exits 78 for a file with %s", async (_, yaml, code) => {
    expect(await doctor(yaml)).toMatchObject({ code, err: expect.stringMatching(/^error: kratos\.yml:1:/) });
  });

  it("compares the key with the gateway's own, and prints neither", async () => {
    const { out, code } = await doctor(SHIPPED, [], { GATEWAY_API_KEY: "another-secret-key" });
    expect([code, out]).toEqual([1, expect.stringContaining("has another key")]);
    expect(out).not.toMatch(/another-secret-key|development-only-gateway-key/);
  });
});

describe("doctor --live", () => {
  it("posts a login code as Kratos would, which the inbox then has", async () => {
    const { url, inbox } = await startGateway(KEY);
    const environment = { GATEWAY_API_KEY: KEY, GATEWAY_MODE: "dev" };
    const { code, out } = await doctor(SHIPPED.replace(GATEWAY_URL, url), ["--live"], environment);
    expect(out).toMatch(/the gateway answers at .* and takes this key\nlive: .*: 200 captured msg_/);
    expect(code).toBe(0);
    const codes = await fetch(`${inbox}/api/codes/latest?to=%2B12025550143`);
    expect(await codes.json()).toMatchObject({ code: expect.stringMatching(/^\d{6}$/), template: "login_code_valid" });
    // Nothing else: what an inbox shows as refused would mislead whoever looks for a mistake.
    const list = await (await fetch(`${inbox}/api/messages`)).json();
    expect(list).toMatchObject({ messages: [{ outcome: "captured" }], refusals: [] });
  });

  it("posts another code each time: the same again would be no message", async () => {
    const { url } = await startGateway();
    const yaml = SHIPPED.replace(GATEWAY_URL, url);
    for (let time = 0; time < 2; time++) expect((await doctor(yaml, ["--live"])).out).toContain("200 captured");
  });

  it("prints one piece of JSON for a program, and no password", async () => {
    const { url } = await startGateway();
    const withPassword = url.replace("http://", "http://user:hunter2pass@");
    const { out, err } = await doctor(SHIPPED.replace(GATEWAY_URL, withPassword), ["--live", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ findings: [{ severity: "warning" }] });
    expect(err).toContain("200 captured");
    expect(out + err).not.toContain("hunter2pass");
  });

  it("posts to the number it is told", async () => {
    const { url, inbox } = await startGateway();
    const { out } = await doctor(SHIPPED.replace(GATEWAY_URL, url), ["--live", "--to", "+4915735990123"]);
    expect(out).toContain("200 captured");
    expect((await fetch(`${inbox}/api/codes/latest?to=%2B4915735990123`)).status).toBe(200);
  });

  it("posts no message where one could cost money and nobody named a number", async () => {
    const { url, inbox } = await startGateway(KEY);
    const live = { GATEWAY_API_KEY: KEY, ALLOWED_COUNTRIES: "DE", PLIVO_AUTH_ID: "MA0", PLIVO_AUTH_TOKEN: "t" };
    const environment = { ...live, PLIVO_FROM: "+14155550101" };
    const { code, out } = await doctor(SHIPPED.replace(GATEWAY_URL, url), ["--live"], environment);
    expect([code, out]).toEqual([0, expect.stringContaining("no message was posted")]);
    const list = (await (await fetch(`${inbox}/api/messages`)).json()) as { messages: unknown[] };
    expect(list.messages).toEqual([]);
  });

  it.each<[trouble: string, url: () => Promise<string>, err: RegExp]>([
    ["nobody answers", async () => "http://127.0.0.1:1/courier/sms", /nobody answers at/],
    ["a stranger answers", startStranger, /is no gateway of ours/],
    ["the key is another one", async () => (await startGateway("another-secret-key")).url, /answers 401/],
  ])("says when %s, and exits 1", async (_, url, err) => {
    const yaml = SHIPPED.replace(GATEWAY_URL, await url());
    expect(await doctor(yaml, ["--live"])).toMatchObject({ code: 1, err: expect.stringMatching(err) });
  });
});
