import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "./free-ports.ts";
import { type Program, startProgram } from "./program.ts";

/** The built gateway as a process of its own. */
export interface GatewayProcess {
  gatewayUrl: string;
  inboxUrl: string;
  opsUrl: string;
  pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends the signal (SIGTERM unless told) and waits for the end of the process. */
  stop(signal?: NodeJS.Signals): ReturnType<Program["stop"]>;
}

/** What the gateway is started with; nothing else of this process reaches it. */
export interface GatewayProcessOptions {
  env?: Record<string, string>;
  /** Becomes the file that `GATEWAY_CONFIG` names. */
  configYaml?: string;
  /** Where the package is; ours when absent. */
  packageFolder?: string;
  /** Node's own, before the program: `--import …`. */
  nodeFlags?: string[];
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const READY_WITHIN_MS = 15_000;

/** Starts `node dist/main.js` on free ports, as users do; rejects with its output when it is not ready in time. */
export async function startGatewayProcess(options: GatewayProcessOptions = {}): Promise<GatewayProcess> {
  await refuseStaleBuild();
  const folder = await mkdtemp(join(tmpdir(), "kratos-sms-gateway-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const [port, inboxPort, opsPort] = await freePorts(3);
    const env: Record<string, string> = {
      PATH: process.env["PATH"] ?? "",
      PORT: String(port),
      INBOX_PORT: String(inboxPort),
      OPS_PORT: String(opsPort),
      ...options.env,
    };
    if (options.configYaml !== undefined) {
      env["GATEWAY_CONFIG"] = join(folder, "gateway.yaml");
      await writeFile(env["GATEWAY_CONFIG"], options.configYaml);
    }
    const url = (name: string) => `http://127.0.0.1:${env[name]}`;
    const program = await startProgram({
      command: process.execPath,
      args: [...(options.nodeFlags ?? []), join(options.packageFolder ?? ROOT, "dist/main.js")],
      env,
      cwd: folder, // a gateway.yaml of whoever runs the tests must not be found
      readyUrls: [`${url("OPS_PORT")}/readyz`],
      readyWithinMs: READY_WITHIN_MS,
    });
    const stop: GatewayProcess["stop"] = (signal) => program.stop(signal).finally(removeFolder);
    const urls = { gatewayUrl: url("PORT"), inboxUrl: url("INBOX_PORT"), opsUrl: url("OPS_PORT") };
    return { ...urls, pid: program.pid, output: program.output, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** Fails when dist/ is not what src/ and build/ say: a test of it would prove nothing. */
export async function refuseStaleBuild(): Promise<void> {
  const builtAt = await modifiedMs(join(ROOT, "dist/main.js")).catch(() => 0);
  const folders = ["src", "build"].map((name) => readdir(join(ROOT, name), { recursive: true, withFileTypes: true }));
  const entries = (await Promise.all(folders)).flat();
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const changedAt = Math.max(...(await Promise.all(sources.map(modifiedMs))));
  if (builtAt < changedAt) throw new Error("dist/ is missing or older than src/ or build/: run `npm run build` first");
}

async function modifiedMs(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}
