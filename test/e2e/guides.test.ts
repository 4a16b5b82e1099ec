import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readGuide } from "../helpers/guide.ts";
import { createKratosClient } from "../helpers/kratos-client.ts";
import { startKratos } from "../helpers/kratos-server.ts";
import { poll } from "../helpers/program.ts";
import { openReader, type Reader } from "./reader.ts";
import { explainMissingKratos, kratosMissing, unlessRun } from "./stack.ts";

explainMissingKratos();

const GUIDES = "docs/guides";
const WEBHOOK_SITE = "https://webhook.site/00000000-0000-0000-0000-000000000000";

let reader: Reader;
beforeEach(async () => {
  reader = await openReader();
  const kratosYml = readFileSync("kratos/kratos.yml", "utf8");
  const posting = kratosYml.replace("http://127.0.0.1:8080/courier/sms", WEBHOOK_SITE);
  writeFileSync(join(reader.folder, "kratos.yml"), posting);
});
afterEach(() => reader.close());

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

  it.each(["from-webhook-site-to-production.md", "switch-vendors.md", "an-operators-evening.md"])(
    "%s links to pages that exist",
    (name) => {
      const links = [...readFileSync(join(GUIDES, name), "utf8").matchAll(/\]\((?!http)([^)]+)\)/g)];
      expect(links.length).toBeGreaterThan(0);
      for (const [, path = ""] of links) expect(() => readFileSync(join(GUIDES, path))).not.toThrow();
    },
  );
});

async function follow(name: string): Promise<void> {
  const blocks = blocksOf(name);
  expect(blocks.length).toBeGreaterThan(9);
  await reader.follow(blocks);
}

function blocksOf(name: string) {
  return readGuide(readFileSync(join(GUIDES, name), "utf8"));
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
  const blocks = blocksOf("from-webhook-site-to-production.md");
  const keys = blocks.find(({ kind, text }) => kind === "command" && text.includes("cat > .env"));
  const file = blocks.find(({ kind }) => kind === "file");
  await reader.follow([keys, file].flatMap((block) => (block ? [block] : [])));
}
