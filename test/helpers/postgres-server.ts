import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./free-ports.ts";
import { nobody, poll, startProgram } from "./program.ts";

/** A PostgreSQL of its own. */
export interface PostgresServer {
  port: number;
  stop(): Promise<void>;
}

/** Whom it belongs to, and the one database that it has. */
export interface PostgresOptions {
  user: string;
  password: string;
  database: string;
}

const PROGRAMS = ["initdb", "postgres", "createdb", "pg_isready"];
/** Debian keeps the server's programs off the PATH, in a folder for each version. */
const DEBIAN = "/usr/lib/postgresql";
const READY_WITHIN_MS = 20_000;
const run = promisify(execFile);

/** The folder of PostgreSQL's programs; undefined when this machine has none. */
export function postgresFolder(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, "bin")), ...onPath()];
  return folders.find((folder) => PROGRAMS.every((program) => existsSync(join(folder, program))));
}

const onPath = () => (process.env["PATH"] ?? "").split(delimiter);

/** Sets up a server on a free port of this machine and starts it, as `nobody` when we are root, whom it refuses. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const programs = postgresFolder();
  if (programs === undefined) throw new Error("there is no PostgreSQL here");
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const data = await initialize(programs, folder, options);
    const [port = 0] = await freePorts(1);
    const place = ["-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="];
    const program = await startProgram({
      command: join(programs, "postgres"),
      args: ["-D", data, ...place, "-c", "fsync=off"],
      env: {},
      cwd: folder,
      ...(nobody && { user: nobody }),
      readyUrls: [],
      readyWithinMs: READY_WITHIN_MS,
    });
    const stop = async () => void (await program.stop("SIGINT").finally(removeFolder));
    await createDatabase(programs, port, options).catch((error) => stop().then(() => Promise.reject(error)));
    return { port, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function initialize(programs: string, folder: string, { user, password }: PostgresOptions): Promise<string> {
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password);
  await chmod(folder, 0o755);
  for (const path of [folder, passwordFile]) if (nobody) await chown(path, nobody.uid, nobody.gid);
  const args = ["-D", data, "-U", user, "--pwfile", passwordFile, "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"];
  await run(join(programs, "initdb"), args, { ...nobody, cwd: folder });
  return data;
}

async function createDatabase(programs: string, port: number, { user, password, database }: PostgresOptions) {
  const address = ["-h", "127.0.0.1", "-p", String(port), "-U", user];
  await poll("PostgreSQL", READY_WITHIN_MS, () =>
    run(join(programs, "pg_isready"), address).then(
      () => true,
      () => undefined,
    ),
  );
  await run(join(programs, "createdb"), [...address, database], { env: { PGPASSWORD: password } });
}
