import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import { freePorts } from "./free-ports.ts";
import { startProgram } from "./program.ts";

/** A running Kratos with a database of its own. */
export interface KratosServer {
  publicUrl: string;
  adminUrl: string;
  pid: number;
  output(): string;
  stop(): Promise<void>;
}

/** What a test may change in the Kratos that the repository ships. */
export interface KratosServerOptions {
  /** Where Kratos posts each SMS. */
  courierUrl: string;
  /** Configuration that replaces what kratos.yml says, by path: `{ "courier.message_retries": 2 }`; undefined removes. */
  overrides?: Record<string, unknown>;
  /** Files of kratos/ that are laid over it, as they stand there: `["kratos.mfa.yml"]`. */
  overlays?: readonly string[];
  /** What the environment says over all files. */
  env?: Record<string, string>;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const READY_WITHIN_MS = 30_000;

/** The Kratos that tests run: `KRATOS_BIN`, or `kratos` on the PATH. */
export const kratosBinary = process.env["KRATOS_BIN"] || "kratos";

/** The version of the Kratos at hand, such as `v26.2.0`; undefined when there is none. */
export async function kratosVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(kratosBinary, ["version"]);
    return /^Version:\s*(\S+)/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** Starts Kratos with the repository's kratos.yml on free ports and a SQLite file in a temporary folder. */
export async function startKratos(options: KratosServerOptions): Promise<KratosServer> {
  const folder = await mkdtemp(join(tmpdir(), "kratos-sms-gateway-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const [publicPort = 0, adminPort = 0] = await freePorts(2);
    const publicUrl = `http://127.0.0.1:${publicPort}`;
    const adminUrl = `http://127.0.0.1:${adminPort}`;
    const config = join(folder, "kratos.yml");
    await writeFile(config, await deriveConfig(options, publicPort, adminPort));

    // Nothing else is inherited: Kratos reads LOG_LEVEL, VERSION, DEV and any other name of a key from the environment.
    await copyFile(await migratedDatabase(), join(folder, "kratos.sqlite"));
    const env = { PATH: process.env["PATH"] ?? "", DSN: dsnOf(join(folder, "kratos.sqlite")), ...options.env };
    const files = [config, ...(options.overlays ?? []).map((name) => join("kratos", name))];
    const program = await startProgram({
      command: kratosBinary,
      args: ["serve", ...files.flatMap((file) => ["-c", file]), "--dev", "--watch-courier", "--sqa-opt-out"],
      env,
      cwd: ROOT,
      readyUrls: [`${publicUrl}/health/ready`, `${adminUrl}/admin/health/ready`],
      readyWithinMs: READY_WITHIN_MS,
    });
    const stop = async () => {
      await program.stop().finally(removeFolder);
    };
    return { publicUrl, adminUrl, pid: program.pid, output: program.output, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

const dsnOf = (file: string) => `sqlite://${file}?_fk=true&mode=rwc`;

let migrated: Promise<string> | undefined;

/** An empty database that each Kratos of this test file starts with a copy of: migrating takes longer than all else. */
function migratedDatabase(): Promise<string> {
  migrated ??= migrate();
  return migrated;
}

async function migrate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kratos-sms-gateway-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "kratos.sqlite");
  const env = { PATH: process.env["PATH"] ?? "", DSN: dsnOf(file) };
  await promisify(execFile)(kratosBinary, ["migrate", "sql", "-e", "--yes"], { env, maxBuffer: 2 ** 26 });
  return file;
}

async function deriveConfig(options: KratosServerOptions, publicPort: number, adminPort: number): Promise<string> {
  const config = parseDocument(await readFile(join(ROOT, "kratos/kratos.yml"), "utf8"));
  const overrides = {
    "serve.public.port": publicPort,
    "serve.public.base_url": `http://127.0.0.1:${publicPort}/`,
    "serve.admin.port": adminPort,
    "serve.admin.base_url": `http://127.0.0.1:${adminPort}/`,
    "courier.channels.0.request_config.url": options.courierUrl,
    ...options.overrides,
  };
  for (const [path, value] of Object.entries(overrides)) {
    if (value === undefined) config.deleteIn(path.split("."));
    else config.setIn(path.split("."), value);
  }
  return config.toString();
}
