import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const read = (path: string) => readFileSync(path, "utf8");
const load = (name: string) => parse(read(`kratos/${name}`));
const config = load("kratos.yml");
const production = load("kratos.production.yml");
const names = readdirSync("kratos").filter((name) => name.endsWith(".yml"));
const schemaFiles = readdirSync("kratos").filter((name) => name.endsWith(".schema.json"));

/** Every value of a configuration with its path, lists by their places. */
function leavesOf(value: unknown, path = ""): [path: string, leaf: unknown][] {
  if (value === null || typeof value !== "object") return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path ? `${path}.${key}` : key));
}

describe.each(names)("%s", (name) => {
  const leaves = leavesOf(load(name));

  it("carries exactly the Jsonnet that we ship, wherever it has a channel", () => {
    for (const channel of load(name).courier?.channels ?? []) {
      const { body } = channel.request_config;
      expect(body).toBe(read("courier-jsonnet/sms.jsonnet.base64").trim());
      const source = Buffer.from(body.replace("base64://", ""), "base64").toString("utf8");
      expect(source).toBe(read("courier-jsonnet/sms.jsonnet"));
    }
  });

  it("writes out what Kratos would silently get wrong, in at most one channel", () => {
    const channels: unknown[] = load(name).courier?.channels ?? [];
    expect(channels.length).toBeLessThan(2);
    for (const channel of channels)
      expect(channel).toMatchObject({
        id: "sms",
        type: "http",
        request_config: {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          auth: { type: "api_key", config: { name: "X-API-Key", in: "header" } },
        },
      });
  });

  it("names only files that are there, as seen from the root of the repository", () => {
    const paths = leaves.map(([, leaf]) => String(leaf)).filter((leaf) => leaf.startsWith("file://./"));
    for (const path of paths) expect(existsSync(path.replace("file://./", "")), path).toBe(true);
  });

  it("has no variable that Kratos would not expand", () => {
    expect(leaves.filter(([, leaf]) => String(leaf).includes("${"))).toEqual([]);
  });

  it("is told in the README with the command that starts it", () => {
    expect(read("kratos/README.md")).toContain(`(${name})`);
    const command = name === "kratos.yml" ? `-c kratos/${name}` : `-c kratos/kratos.yml -c kratos/${name}`;
    expect(read(`kratos/${name}`)).toContain(`kratos serve ${command}`);
  });
});

describe("kratos.yml", () => {
  it("calls the gateway's own port, with a key for development", () => {
    const { url, auth } = config.courier.channels[0].request_config;
    expect(url).toBe("http://127.0.0.1:8080/courier/sms");
    expect(auth.config.value).toMatch(/^development-only-/);
  });

  it("keeps asking for longer than a gateway takes to restart", () => {
    expect(config.courier).toMatchObject({ message_retries: 30, worker: { pull_wait: "1s" } });
  });

  it("lets a code live for ten minutes, not for the hour that is the default", () => {
    expect(config.selfservice.methods.code.config.lifespan).toBe("10m");
  });
});

describe("kratos.production.yml", () => {
  it("takes every development value of kratos.yml away, and says which variable brings the real one", () => {
    const missing = leavesOf(production).filter(([, leaf]) => leaf === null);
    for (const [path] of leavesOf(config).filter(([, leaf]) => String(leaf).startsWith("development-only")))
      expect(
        missing.some(([away]) => path.startsWith(away)),
        path,
      ).toBe(true);
    const comments = read("kratos/kratos.production.yml");
    for (const [path] of missing) {
      const variable = path.replaceAll(".", "_").toUpperCase();
      expect(comments).toContain(`#   ${variable.startsWith("SECRETS") ? "SECRETS_COOKIE, SECRETS_CIPHER" : variable}`);
      expect(read("kratos/README.md")).toContain(variable);
    }
  });

  it("lets the header through by which the example configuration limits", () => {
    const { header } = parse(read("gateway.example.yaml")).limits.perClientIp;
    expect(production.clients.web_hook.header_allowlist).toContain(header);
  });

  it("leaves tries and lifespan as they are, and writes no code into the log", () => {
    expect(production.courier.message_retries).toBeUndefined();
    expect(production.selfservice).toBeUndefined();
    expect(production.log.leak_sensitive_values).toBe(false);
  });
});

describe("the second factor", () => {
  it("is never beside a code as the first: Kratos refuses both", () => {
    expect(load("kratos.mfa.yml").selfservice.methods.code).toEqual({ passwordless_enabled: false, mfa_enabled: true });
  });
});

const PHONE = { verification: { via: "sms" }, recovery: { via: "sms" } };
const BY_SMS = { code: { identifier: true, via: "sms" } };
const BY_MAIL = { verification: { via: "email" }, recovery: { via: "email" } };
const ACCOUNT_NAME = { totp: { account_name: true } };

describe("the identity schemas", () => {
  it.each<[file: string, traits: Record<string, unknown>]>([
    ["phone.schema.json", { phone: { ...PHONE, credentials: { ...BY_SMS, ...ACCOUNT_NAME } } }],
    [
      "email-password.schema.json",
      {
        email: { ...BY_MAIL, credentials: { password: { identifier: true }, ...ACCOUNT_NAME } },
        phone: { credentials: BY_SMS },
      },
    ],
    [
      "email-phone.schema.json",
      {
        email: { ...BY_MAIL, credentials: { code: { identifier: true, via: "email" }, ...ACCOUNT_NAME } },
        phone: { ...PHONE, credentials: BY_SMS },
      },
    ],
  ])("%s: which trait logs in, is verified and recovers", (file, expected) => {
    const { $id, properties } = JSON.parse(read(`kratos/${file}`));
    expect(`${$id}.schema.json`).toBe(file);
    const traits: [string, Record<string, unknown>][] = Object.entries(properties.traits.properties);
    expect(Object.fromEntries(traits.map(([name, trait]) => [name, trait["ory.sh/kratos"]]))).toEqual(expected);
  });

  it("are all there, and kratos.email.yml lets the app choose each", () => {
    const selectable = load("kratos.email.yml").identity.schemas;
    expect(selectable.map(({ id }: { id: string }) => `${id}.schema.json`).sort()).toEqual(schemaFiles.sort());
    for (const schema of selectable) expect(schema.selfservice_selectable).toBe(true);
  });
});
