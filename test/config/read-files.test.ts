import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { recordFiles } from "../../src/values/files.ts";

const YAML = `
mode: live
secret: "\${GATEWAY_SECRET}"
auth: { keys: [{ id: kratos, secretFile: ./key-of-kratos }] }
admin: { keys: [{ id: ops, secretFile: FOLDER/key-of-ops }] }
providers:
  plivo-main: { type: plivo, authId: MA0, authTokenFile: plivo-token, sender: { default: { from: "+14155550101" } } }
destinations: { countries: [DE] }
store: { type: redis, sentinel: { name: sms, nodes: ["127.0.0.1:26379"] }, tls: true, passwordFile: ./redis-password, caFile: FOLDER/ca.pem }
templates: { use: { dir: ./texts } }
`;

/** A folder with each of these files, and which of them the configuration was read from. */
function readFrom(files: Record<string, string>, environment: (folder: string) => Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "read-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "texts"));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text.replaceAll("FOLDER", folder));
  const record = recordFiles();
  const loaded = loadConfiguration(environment(folder), record.files);
  return { loaded, names: [...record.stamps.keys()].map((path) => relative(folder, path)).sort() };
}

it("names every file that a configuration is read from, whoever names it", () => {
  const secrets = ["secret", "key-of-kratos", "key-of-ops", "plivo-token", "redis-password", "ca.pem", "inbox-token"];
  const texts = { "texts/login_code_valid.txt": "Code: {code}" };
  const files = {
    ...Object.fromEntries(
      secrets.map((name) => [name, name === "ca.pem" ? "-----BEGIN CERTIFICATE-----" : `the-text-of-${name}`]),
    ),
    ...texts,
  };
  const { loaded, names } = readFrom({ ...files, "gateway.yaml": YAML }, (folder) => ({
    GATEWAY_CONFIG: join(folder, "gateway.yaml"),
    GATEWAY_SECRET_FILE: join(folder, "secret"),
    INBOX_TOKEN_FILE: join(folder, "inbox-token"),
  }));
  expect("problems" in loaded ? loaded.problems : []).toEqual([]);
  expect(names).toEqual([...secrets, "gateway.yaml", "texts", "texts/login_code_valid.txt"].sort());
});

it("names those that are not there, too: they may come", () => {
  const { loaded, names } = readFrom({ "gateway.yaml": YAML }, (folder) => ({
    GATEWAY_CONFIG: join(folder, "gateway.yaml"),
    GATEWAY_SECRET_FILE: join(folder, "secret"),
  }));
  expect(loaded).toHaveProperty("problems");
  expect(names).toEqual(expect.arrayContaining(["secret", "key-of-kratos", "plivo-token", "texts"]));
});

it("names the secrets of a configuration that is the environment alone, and the file that would take its place", () => {
  const { loaded, names } = readFrom({ key: "k", token: "t" }, (folder) => ({
    ...{ ALLOWED_COUNTRIES: "DE", PLIVO_AUTH_ID: "MA0", PLIVO_FROM: "+14155550101" },
    GATEWAY_API_KEY_FILE: join(folder, "key"),
    PLIVO_AUTH_TOKEN_FILE: join(folder, "token"),
  }));
  expect(loaded).toMatchObject({ configuration: { mode: "live" } });
  expect(names).toEqual([expect.stringMatching(/gateway\.yaml$/), "key", "token"]);
});

it("seeks what the file names in the file's folder, and what a variable names from where the gateway is started", () => {
  const { loaded } = readFrom(
    {
      "gateway.yaml": "mode: dev\nsecret: ${GATEWAY_SECRET}\nadmin: { keys: [{ id: ops, secretFile: key-of-ops }] }\n",
      "key-of-ops": "the-key-beside-the-file",
      secret: "the-secret-of-the-variable",
    },
    (folder) => ({
      GATEWAY_CONFIG: relative(process.cwd(), join(folder, "gateway.yaml")),
      GATEWAY_SECRET_FILE: relative(process.cwd(), join(folder, "secret")),
    }),
  );
  const { secret, adminKeys } = "configuration" in loaded ? loaded.configuration : { secret: undefined, adminKeys: [] };
  expect([secret, adminKeys[0]?.secret].map((held) => held?.reveal())).toEqual([
    "the-secret-of-the-variable",
    "the-key-beside-the-file",
  ]);
});
