import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { freePorts } from "../helpers/free-ports.ts";
import { applyChange, type GuideBlock, outputPattern } from "../helpers/guide.ts";
import { type Program, startProgram } from "../helpers/program.ts";
import { openShell, type Shell } from "../helpers/shell.ts";
import { plivoDialect } from "../helpers/vendor-plivo.ts";
import { startVendor, type Vendor } from "../helpers/vendor-server.ts";
import { snsDialect } from "../helpers/vendor-sns.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";

/** The ports that the guides speak of. */
const NAMED_PORTS = { PORT: "8080", INBOX_PORT: "8026", OPS_PORT: "8081" };

type PortName = keyof typeof NAMED_PORTS;

/** What the guides' readers know of their vendors. */
export const VENDOR_SECRETS = {
  twilio: "the-auth-token-of-console.twilio.com",
  plivo: "the-auth-token-of-console.plivo.com",
  sns: "the-secret-access-key-of-aws",
};

/** A reader of a guide: a checkout, two terminals, and vendors that are stand-ins on loopback. */
export interface Reader {
  folder: string;
  shell: Shell;
  ports: Record<PortName, string>;
  vendors: Record<keyof typeof VENDOR_SECRETS, Vendor>;
  /** What runs in the second terminal, and what ran there before. */
  gateways: Program[];
  /** Does what the blocks say, and compares what was printed; answers with all of that. */
  follow(blocks: readonly GuideBlock[]): Promise<string>;
  close(): Promise<void>;
}

/** @param stopSignal what ends the gateway when it is started anew */
export async function openReader(stopSignal: NodeJS.Signals = "SIGINT"): Promise<Reader> {
  const folder = mkdtempSync(join(tmpdir(), "guide-"));
  const shipped = ["dist", "package.json", "kratos", "courier-jsonnet", "gateway.example.yaml"];
  for (const name of shipped) symlinkSync(resolve(name), join(folder, name));
  const [PORT, INBOX_PORT, OPS_PORT] = (await freePorts(3)).map(String) as [string, string, string];
  const ports = { PORT, INBOX_PORT, OPS_PORT };
  const vendors = {
    twilio: await startVendor(twilioDialect, { AC00000000000000000000000000000000: VENDOR_SECRETS.twilio }),
    plivo: await startVendor(plivoDialect, { MA0000000000000000EX: VENDOR_SECRETS.plivo }),
    sns: await startVendor(snsDialect, { AKIA00000000000000EX: VENDOR_SECRETS.sns }),
  };
  const shell = openShell(folder, { PATH: process.env["PATH"] ?? "", ...ports });
  const gateways: Program[] = [];
  const reader = { folder, ports, vendors, shell, gateways };
  return {
    ...reader,
    async follow(blocks) {
      let printed = "";
      let all = "";
      for (const block of blocks) {
        const text = adapt(reader, block.text);
        if (block.kind === "output") expect(printed).toMatch(outputPattern(text));
        else printed = await perform(reader, stopSignal, block, text);
        if (block.kind !== "output") all += printed;
      }
      return all;
    },
    async close() {
      await shell.close();
      await gateways.at(-1)?.stop();
      await Promise.all(Object.values(vendors).map((vendor) => vendor.close()));
      rmSync(folder, { recursive: true });
    },
  };
}

type Desk = Omit<Reader, "follow" | "close">;

async function perform(
  desk: Desk,
  stopSignal: NodeJS.Signals,
  { kind, path, exitCode }: GuideBlock,
  text: string,
): Promise<string> {
  if (kind === "file") await writeFile(join(desk.folder, path), text);
  if (kind === "change") {
    const file = join(desk.folder, path);
    await writeFile(file, applyChange(await readFile(file, "utf8"), text));
  }
  if (kind === "gateway") await restartGateway(desk, stopSignal, text);
  if (kind !== "command") return "";
  const result = await desk.shell.run(text);
  expect(result, text).toMatchObject({ exitCode });
  return result.output;
}

/** What a reader has other values for: ports that may be taken here, and vendors that must not be called. */
function adapt({ ports, vendors }: Desk, text: string): string {
  let adapted = text;
  for (const [name, port] of Object.entries(NAMED_PORTS))
    adapted = adapted.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${ports[name as PortName]}`);
  return adapted.replace(
    /^(.*)type: (twilio|plivo|sns)$/gm,
    (line, indent, vendor: keyof Desk["vendors"]) => `${line}\n${indent}baseUrl: ${vendors[vendor].origin}`,
  );
}

async function restartGateway(desk: Desk, stopSignal: NodeJS.Signals, script: string): Promise<void> {
  const before = desk.gateways.at(-1);
  if (before) expect(await before.stop(stopSignal)).toMatchObject({ exitCode: 0 });
  const started = await startProgram({
    command: "sh",
    // npm would leave its own shell between us and the gateway.
    args: ["-c", script.replace("npm start", "exec node dist/main.js")],
    env: { PATH: process.env["PATH"] ?? "", ...desk.ports },
    cwd: desk.folder,
    readyUrls: [`http://127.0.0.1:${desk.ports.OPS_PORT}/readyz`],
    readyWithinMs: 15_000,
  });
  desk.gateways.push(started);
}
