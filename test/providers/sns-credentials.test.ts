import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPreview } from "../../src/providers/preview.ts";
import { createProvider, providerOptions } from "../../src/providers/registry.ts";
import { type Credentials, keepCredentials } from "../../src/providers/sns-credentials.ts";
import { createTransport, type TransportRequest } from "../../src/providers/transport.ts";
import type { E164 } from "../../src/sms/e164.ts";
import { startVendor } from "../helpers/vendor-server.ts";
import { snsDialect } from "../helpers/vendor-sns.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const MINUTE_MS = 60_000;
const SMS = { attemptId: "a", to: "+4915112345678" as E164, country: "DE", text: "Hi" } as const;
const cleanUps: (() => unknown)[] = [];

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((key) => key.startsWith("AWS_"))) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** What a container's role gives out: each time other keys, good for an hour. */
async function startRole() {
  let given = 0;
  const server = createServer((_request, response) => {
    given += 1;
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        AccessKeyId: `ASIA${given}`,
        SecretAccessKey: `secret-${given}`,
        Token: `token-${given}`,
        Expiration: new Date(Date.now() + given * 60 * MINUTE_MS).toISOString(),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => server.close());
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `http://127.0.0.1:${(server.address() as AddressInfo).port}/role`);
  return { given: () => given };
}

describe("an SNS account on the default chain", () => {
  it("signs with the role's keys and has newer ones at hand before they end", async () => {
    const role = await startRole();
    const clock = createVirtualClock(Date.now());
    const vendor = await startVendor(snsDialect, { ASIA1: "secret-1", ASIA2: "secret-2" });
    const transport = createTransport({ clock });
    const options = providerOptions.parse({ type: "sns", region: "eu-central-1", baseUrl: vendor.origin });
    const provider = await createProvider("sns-eu", options, { transport, clock });
    cleanUps.push(vendor.close, transport.close, () => provider.close?.());
    const keyInUse = async () => {
      expect(await provider.send(SMS, AbortSignal.timeout(3_000))).toMatchObject({ outcome: "sent" });
      const headers = vendor.requests.at(-1)?.headers;
      return [/Credential=(\w+)\//.exec(headers?.["authorization"] ?? "")?.[1], headers?.["x-amz-security-token"]];
    };

    expect(await keyInUse()).toEqual(["ASIA1", "token-1"]);
    await clock.advance(54 * MINUTE_MS);
    expect(await keyInUse()).toEqual(["ASIA1", "token-1"]);
    expect(role.given()).toBe(1);
    await clock.advance(2 * MINUTE_MS);
    await vi.waitFor(async () => expect(await keyInUse()).toEqual(["ASIA2", "token-2"]));
    expect(role.given()).toBe(2);
  });

  it("does not come up without credentials, and says so in one sentence", async () => {
    const clock = createVirtualClock();
    const transport = createTransport({ clock });
    const options = providerOptions.parse({ type: "sns", region: "eu-central-1" });
    await expect(createProvider("sns-eu", options, { transport, clock })).rejects.toThrow(
      "sns-eu: AWS gave no credentials: set accessKeyId and secretAccessKey, or check the default chain",
    );
  });
});

describe("an SNS account beside the shared files of AWS' tools", () => {
  const OWN = { type: "sns", region: "eu-central-1", accessKeyId: "AKIAOWN", secretAccessKey: "own-secret" };
  const CHAIN = { type: "sns", region: "eu-central-1" };

  /** Each setting alone, in files that nothing has read yet: the SDK reads a file once. */
  function shareFiles(settings: string): void {
    const folder = mkdtempSync(join(tmpdir(), "aws-"));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, "config"),
      `[default]\n${settings}\n[services odd]\nsns =\n  endpoint_url = ${ODD_URL}\n`,
    );
    writeFileSync(join(folder, "credentials"), "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n");
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
  }

  /** What an account would put on the wire. */
  async function sentBy(options: object): Promise<TransportRequest[]> {
    const requests: TransportRequest[] = [];
    const transport = {
      async request(request: TransportRequest) {
        requests.push(request);
        return { failed: "before", cause: "connect", code: "NONE" } as const;
      },
      close: async () => {},
    };
    const effects = { transport, clock: createVirtualClock(Date.now()) };
    const provider = await createProvider("sns-eu", providerOptions.parse(options), effects);
    cleanUps.push(() => provider.close?.());
    await provider.send(SMS, AbortSignal.timeout(3_000));
    return requests;
  }

  const ODD_URL = "http://127.0.0.1:9";
  const SETTINGS = [
    "region = us-west-2",
    `endpoint_url = ${ODD_URL}`,
    "services = odd",
    "use_fips_endpoint = true",
    "use_dualstack_endpoint = true",
    "defaults_mode = auto",
    "retry_mode = adaptive\nmax_attempts = 7",
    "auth_scheme_preference = sigv4a",
    "account_id_endpoint_mode = required",
  ];

  it.each(SETTINGS)("asks its own region once whatever they say: %s", async (settings) => {
    shareFiles(settings);
    for (const [options, key] of [[OWN, "AKIAOWN"] as const, [CHAIN, "AKIAFILE"] as const]) {
      const requests = await sentBy(options);
      expect(requests.map(({ origin }) => origin)).toEqual(["https://sns.eu-central-1.amazonaws.com"]);
      const headers = new Headers(requests[0]?.headers as Record<string, string>);
      expect(headers.get("authorization")).toMatch(new RegExp(`Credential=${key}/\\d+/eu-central-1/sns/`));
    }
  });

  it.each(SETTINGS)("previews the same request whatever they say: %s", async (settings) => {
    shareFiles(settings);
    const accounts = { "sns-eu": providerOptions.parse(CHAIN) };
    const sms = { ...SMS, receivedAt: 0 };
    expect(await createPreview(() => accounts, createVirtualClock())("sns-eu", sms)).toMatchObject({
      url: "https://sns.eu-central-1.amazonaws.com/",
    });
  });
});

describe("kept credentials", () => {
  const keys = (name: string, expiration?: Date): Credentials => ({
    accessKeyId: name,
    secretAccessKey: "s",
    ...(expiration && { expiration }),
  });

  it("that never end are asked for once", async () => {
    const clock = createVirtualClock();
    const load = vi.fn(async () => keys("forever"));
    const kept = await keepCredentials("sns", load, clock);
    await clock.advance(48 * 60 * MINUTE_MS);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await kept.provider()).toMatchObject({ accessKeyId: "forever" });
  });

  it("stay in use while newer ones cannot be had, and it is tried again every half minute", async () => {
    const clock = createVirtualClock();
    const at = (minutes: number) => new Date(clock.wallMs() + minutes * MINUTE_MS);
    const load = vi.fn<() => Promise<Credentials>>().mockRejectedValue(new Error("down"));
    load.mockResolvedValueOnce(keys("old", at(30)));
    const kept = await keepCredentials("sns", load, clock);
    await clock.advance(26 * MINUTE_MS);
    expect(load).toHaveBeenCalledTimes(1 + 3);
    expect(await kept.provider()).toMatchObject({ accessKeyId: "old" });
    load.mockResolvedValue(keys("new", at(60)));
    await clock.advance(MINUTE_MS);
    expect(await kept.provider()).toMatchObject({ accessKeyId: "new" });
  });

  it("are no longer renewed once the account is closed", async () => {
    const clock = createVirtualClock();
    const load = vi.fn(async () => keys("old", new Date(clock.wallMs() + 30 * MINUTE_MS)));
    const kept = await keepCredentials("sns", load, clock);
    kept.close();
    await clock.advance(60 * MINUTE_MS);
    expect(load).toHaveBeenCalledTimes(1);
    expect(clock.sleepers()).toBe(0);
  });
});
