import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { applyChange, type GuideBlock, outputPattern, readGuide } from "../helpers/guide.ts";
import { createKratosClient } from "../helpers/kratos-client.ts";
import { startKratos } from "../helpers/kratos-server.ts";
import { type Program, poll, startProgram } from "../helpers/program.ts";
import { openShell, type Shell } from "../helpers/shell.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { startVendor, type Vendor } from "../helpers/vendor-server.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";
import { explainMissingKratos, kratosMissing, unlessRun } from "./stack.ts";

explainMissingKratos();

const GUIDES = "docs/guides";
const WEBHOOK_SITE = "https://webhook.site/00000000-0000-0000-0000-000000000000";
/** The ports that the guides speak of. */
const NAMED_PORTS = { PORT: "8080", INBOX_PORT: "8026", OPS_PORT: "8081" };

/** A reader of a guide: a checkout, two terminals, and vendors that are stand-ins on loopback. */
interface Reader {
  folder: string;
  shell: Shell;
  ports: Record<keyof typeof NAMED_PORTS, string>;
  vendors: Record<"twilio" | "plivo", Vendor>;
  gateway?: Program;
}

let reader: Reader;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "guide-"));
  const shipped = ["dist", "package.json", "kratos", "courier-jsonnet", "gateway.example.yaml"];
  for (const name of shipped) symlinkSync(resolve(name), join(folder, name));
  const kratosYml = readFileSync("kratos/kratos.yml", "utf8");
  writeFileSync(join(folder, "kratos.yml"), kratosYml.replace("http://127.0.0.1:8080/courier/sms", WEBHOOK_SITE));
  const [PORT, INBOX_PORT, OPS_PORT] = (await freePorts(3)).map(String) as [string, string, string];
  const ports = { PORT, INBOX_PORT, OPS_PORT };
  const vendors = {
    twilio: await startVendor(twilioDialect, {
      AC00000000000000000000000000000000: "the-auth-token-of-console.twilio.com",
    }),
    plivo: await startVendor(plivoDialect, { MA0000000000000000EX: "the-auth-token-of-console.plivo.com" }),
  };
  reader = { folder, ports, vendors, shell: openShell(folder, { PATH: process.env["PATH"] ?? "", ...ports }) };
});
afterEach(async () => {
  await reader.shell.close();
  await reader.gateway?.stop();
  await Promise.all(Object.values(reader.vendors).map((vendor) => vendor.close()));
  rmSync(reader.folder, { recursive: true });
});

describe("the guide", () => {
  it(`from webhook.site to production does what it says, and a real Kratos sends through it${unlessRun}`, async () => {
    await follow("from-webhook-site-to-production.md");
    const { accepted } = reader.vendors.twilio;
    expect(accepted.map(({ to, sender }) => [to, sender])).toEqual([
      ["+14155552671", "+14155550101"],
      ["+14155552671", "+14155550101"],
    ]);
    if (!kratosMissing) await signUpThroughKratos();
  }, 120_000);

  it("to switch vendors does what it says", async () => {
    await startWhereTheFirstEnds();
    await follow("switch-vendors.md");
    expect(reader.vendors.plivo.accepted.map(({ text }) => text)).toEqual([
      "Hello from the new vendor",
      "Your login code is: 482913",
      "Your login code is: 205817",
    ]);
    expect(reader.vendors.twilio.accepted.map(({ text }) => text)).toEqual(["Your login code is: 739154"]);
  }, 120_000);

  it.each(["from-webhook-site-to-production.md", "switch-vendors.md"])("%s links to pages that exist", (name) => {
    const links = [...readFileSync(join(GUIDES, name), "utf8").matchAll(/\]\((?!http)([^)]+)\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [, path = ""] of links) expect(() => readFileSync(join(GUIDES, path))).not.toThrow();
  });
});

async function follow(name: string): Promise<void> {
  const blocks = readGuide(await readFile(join(GUIDES, name), "utf8"));
  expect(blocks.length).toBeGreaterThan(9);
  let printed = "";
  for (const block of blocks) {
    const text = adapt(block.text);
    if (block.kind === "output") expect(printed).toMatch(outputPattern(text));
    else printed = await perform(block, text);
  }
}

async function perform({ kind, path, exitCode }: GuideBlock, text: string): Promise<string> {
  if (kind === "file") await writeFile(join(reader.folder, path), text);
  if (kind === "change") {
    const file = join(reader.folder, path);
    await writeFile(file, applyChange(await readFile(file, "utf8"), text));
  }
  if (kind === "gateway") await restartGateway(text);
  if (kind !== "command") return "";
  const result = await reader.shell.run(text);
  expect(result, text).toMatchObject({ exitCode });
  return result.output;
}

/** What a reader has other values for: ports that may be taken here, and vendors that must not be called. */
function adapt(text: string): string {
  let adapted = text;
  for (const [name, port] of Object.entries(NAMED_PORTS))
    adapted = adapted.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${reader.ports[name as keyof typeof NAMED_PORTS]}`);
  return adapted.replace(
    /^(.*)type: (twilio|plivo)$/gm,
    (line, indent, vendor: "twilio" | "plivo") => `${line}\n${indent}baseUrl: ${reader.vendors[vendor].origin}`,
  );
}

async function restartGateway(script: string): Promise<void> {
  if (reader.gateway) expect(await reader.gateway.stop("SIGINT")).toMatchObject({ exitCode: 0 });
  reader.gateway = await startProgram({
    command: "sh",
    // npm would leave its own shell between us and the gateway.
    args: ["-c", script.replace("npm start", "exec node dist/main.js")],
    env: { PATH: process.env["PATH"] ?? "", ...reader.ports },
    cwd: reader.folder,
    readyUrls: [`http://127.0.0.1:${reader.ports.OPS_PORT}/readyz`],
    readyWithinMs: 15_000,
  });
}

/** Kratos as the guide leaves it: with the key in its environment. */
async function signUpThroughKratos(): Promise<void> {
  const { output } = await reader.shell.run("printenv GATEWAY_API_KEY");
  const kratos = await startKratos({
    courierUrl: `http://127.0.0.1:${reader.ports.PORT}/courier/sms`,
    env: { COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE: output.trim() },
  });
  try {
    const { accepted } = reader.vendors.twilio;
    const code = () =>
      poll("the SMS", 10_000, async () => {
        const sms = accepted.find(({ to }) => to === "+4915735990123");
        return /\d{6}/.exec(sms?.text ?? "")?.[0];
      });
    const session = await createKratosClient(kratos.publicUrl).register("+4915735990123", code);
    expect(session.token).not.toBe("");
  } finally {
    await kratos.stop();
  }
}

/** The keys and the gateway.yaml of the first guide. */
async function startWhereTheFirstEnds(): Promise<void> {
  const blocks = readGuide(await readFile(join(GUIDES, "from-webhook-site-to-production.md"), "utf8"));
  const keys = blocks.find(({ kind, text }) => kind === "command" && text.includes("cat > .env"));
  const file = blocks.find(({ kind }) => kind === "file");
  for (const block of [keys, file]) if (block) await perform(block, adapt(block.text));
}
