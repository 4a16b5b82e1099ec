import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { courierJsonnetBase64, pasteBlock } from "../../src/kratos/paste-block.ts";

const URL = "http://host.docker.internal:8080/courier/sms";
const jsonnetBase64 = courierJsonnetBase64();
const KRATOS = process.env["KRATOS_BIN"] ?? "kratos";
const hasKratos = spawnSync(KRATOS, ["version"]).status === 0;

const REQUEST = {
  url: URL,
  method: "POST",
  body: jsonnetBase64,
  headers: { "Content-Type": "application/json" },
};

test("the block says all that Kratos does not assume", () => {
  expect(parse(pasteBlock({ url: URL, apiKey: "s3cret", jsonnetBase64 }), { strict: true })).toEqual({
    courier: {
      message_retries: 30,
      channels: [
        {
          id: "sms",
          type: "http",
          request_config: {
            ...REQUEST,
            auth: { type: "api_key", config: { in: "header", name: "X-API-Key", value: "s3cret" } },
          },
        },
      ],
    },
  });
});

test("without a key there is no auth, and a comment shows where it would go", () => {
  const block = pasteBlock({ url: URL, jsonnetBase64 });
  expect(parse(block).courier.channels[0].request_config).toEqual(REQUEST);
  const uncommented = block.replace(/^( *)# (?=auth| {2})/gm, "$1");
  expect(parse(uncommented).courier.channels[0].request_config.auth).toMatchObject({
    type: "api_key",
    config: { in: "header", name: "X-API-Key", value: expect.stringContaining("GATEWAY_API_KEY") },
  });
});

test.each(["a'b\"c\\d", "yes", "0123", "x: y # z", "{a}", "*b", "\u00e9\u2028", " x "])(
  "the key %j survives YAML",
  (apiKey) => {
    const block = parse(pasteBlock({ url: URL, apiKey, jsonnetBase64 }));
    expect(block.courier.channels[0].request_config.auth.config.value).toBe(apiKey);
  },
);

test("every line can be read on a screen, but for the Jsonnet", () => {
  const lines = pasteBlock({ url: URL, apiKey: "k", jsonnetBase64 }).split("\n");
  expect(lines.filter((line) => line.length > 120 && !line.includes("base64://"))).toEqual([]);
  expect(lines.at(-1)).toBe("");
});

/** The rest of the smallest kratos.yml: what `kratos courier watch` reads before it starts to work. */
const SCHEMA = {
  $id: "p",
  type: "object",
  properties: { traits: { type: "object", properties: { phone: { type: "string" } } } },
};
const REST = JSON.stringify({
  dsn: "memory",
  identity: {
    default_schema_id: "phone",
    schemas: [{ id: "phone", url: `base64://${Buffer.from(JSON.stringify(SCHEMA)).toString("base64")}` }],
  },
  selfservice: { default_browser_return_url: "http://127.0.0.1:4455/" },
});

/** Resolves to what Kratos says until it either starts its courier or gives up. */
async function kratosSays(block: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "paste-block-"));
  try {
    const [rest, courier] = [join(folder, "rest.json"), join(folder, "courier.yml")];
    writeFileSync(rest, REST);
    writeFileSync(courier, block);
    const child = spawn(KRATOS, ["courier", "watch", "-c", rest, "-c", courier]);
    let said = "";
    return await new Promise((resolve) => {
      const hear = (chunk: Buffer) => {
        said += chunk;
        if (said.includes("Courier worker started")) child.kill();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("close", () => resolve(said));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.runIf(hasKratos).each([{}, { apiKey: "s3cret" }])("Kratos itself starts with the block (%j)", async (key) => {
  expect(await kratosSays(pasteBlock({ url: URL, ...key, jsonnetBase64 }))).toContain("Courier worker started");
});

test.runIf(hasKratos)("and would have refused a wrong one", async () => {
  const block = pasteBlock({ url: URL, jsonnetBase64 }).replace("type: http", "typ: http");
  expect(await kratosSays(block)).toContain('additionalProperties "typ" not allowed');
});
