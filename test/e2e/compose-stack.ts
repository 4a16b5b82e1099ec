import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type ComposeService, mapTexts, readComposeServices } from "../helpers/compose-file.ts";
import { freePorts } from "../helpers/free-ports.ts";
import { startGatewayProcess } from "../helpers/gateway-process.ts";
import { kratosBinary } from "../helpers/kratos-server.ts";
import { isOnPath } from "../helpers/on-path.ts";
import { postgresFolder, startPostgres } from "../helpers/postgres-server.ts";
import { type Program, startProgram } from "../helpers/program.ts";
import { kratosMissing } from "./stack.ts";

/** The services of docker-compose.yml as programs of this machine, with the commands and environments that it gives them. */
export interface ComposeStack {
  uiUrl: string;
  inboxUrl: string;
  inboxToken: string;
  /** Runs a service's own health check; answers with its exit code. */
  checkHealth(service: string): Promise<number>;
  stop(): Promise<void>;
}

/** Kratos' self-service UI as a program that reads the environment of its image. */
const UI_PROGRAM = "kratos-selfservice-ui-node";

/** What this machine lacks to run the stack; empty when it can. */
export const missingPrograms = [
  ...(kratosMissing ? ["Kratos (kratos on the PATH, or KRATOS_BIN)"] : []),
  ...(isOnPath(UI_PROGRAM) ? [] : [`its UI (${UI_PROGRAM} on the PATH)`]),
  ...(postgresFolder() === undefined ? ["PostgreSQL (apt-get install postgresql)"] : []),
];

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const READY_WITHIN_MS = 40_000;

/** What a container's environment, command and configuration say, in the words of this machine. */
interface Place {
  /** A text with the hosts, ports and folders of the containers, with ours instead. */
  here(text: string): string;
  service(name: string): ComposeService;
  /** Holds what the containers have in /etc/config. */
  folder: string;
}

/** Starts PostgreSQL, the gateway, Kratos and its UI, in this order, each on free ports. */
export async function startComposeStack(): Promise<ComposeStack> {
  const folder = await mkdtemp(join(tmpdir(), "kratos-sms-gateway-"));
  const started: { stop(): Promise<unknown> }[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  const stop = async () => {
    for (const one of started.splice(0).reverse()) await one.stop();
  };
  try {
    const postgres = await startPostgres(databaseOf(readComposeServices()["postgres"]));
    started.push(postgres);
    const place = await findPlace(folder, postgres.port);
    started.push(await startGatewayOf(place));
    started.push(await startKratosOf(place));
    started.push(await startUiOf(place));
    const { here, service } = place;
    return {
      uiUrl: here("http://127.0.0.1:4455"),
      inboxUrl: here("http://127.0.0.1:8026"),
      inboxToken: service("gateway").environment?.["INBOX_TOKEN"] ?? "",
      checkHealth: (name) => checkHealth(place, name),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function databaseOf(service: ComposeService | undefined) {
  const {
    POSTGRES_USER: user = "",
    POSTGRES_PASSWORD: password = "",
    POSTGRES_DB: database = "",
  } = service?.environment ?? {};
  return { user, password, database };
}

async function findPlace(folder: string, postgresPort: number): Promise<Place> {
  const numbers = ["8080", "8081", "8026", "4433", "4434", "4455"];
  const free = await freePorts(numbers.length);
  const ports = new Map([["5432", postgresPort], ...numbers.map((number, at) => [number, free[at] ?? 0] as const)]);
  const here = (text: string) =>
    text
      .replace(/\b(postgres|gateway|kratos)(?=:\d)|\b0\.0\.0\.0\b/g, "127.0.0.1")
      .replace(/\b\d{4}\b/g, (number) => String(ports.get(number) ?? number))
      .replaceAll("/etc/config", folder);
  const services = mapTexts(readComposeServices(), here);
  return { here, folder, service: (name) => services[name] ?? {} };
}

function startGatewayOf({ here, service }: Place) {
  const ports = { PORT: here("8080"), OPS_PORT: here("8081"), INBOX_PORT: here("8026") };
  return startGatewayProcess({ env: { NODE_ENV: "production", ...service("gateway").environment, ...ports } });
}

async function startKratosOf({ here, service, folder }: Place): Promise<Program> {
  await cp(join(ROOT, "kratos"), join(folder, "kratos"), { recursive: true });
  const config = join(folder, "kratos/kratos.yml");
  await writeFile(config, here(await readFile(config, "utf8")));

  const migrate = service("kratos-migrate");
  const PATH = process.env["PATH"] ?? "";
  const limits = { maxBuffer: 2 ** 26, timeout: READY_WITHIN_MS };
  const migration = { cwd: folder, env: { PATH, ...migrate.environment }, ...limits };
  await promisify(execFile)(kratosBinary, wordsOf(migrate), migration);

  const kratos = service("kratos");
  return startProgram({
    command: kratosBinary,
    args: [...wordsOf(kratos), "--sqa-opt-out"],
    env: { PATH, ...kratos.environment },
    cwd: kratos.working_dir ?? "",
    readyUrls: [here("http://127.0.0.1:4433/health/ready"), here("http://127.0.0.1:4434/admin/health/ready")],
    readyWithinMs: READY_WITHIN_MS,
  });
}

const wordsOf = ({ command = "" }: ComposeService) => command.split(" ");

function startUiOf({ here, service, folder }: Place): Promise<Program> {
  return startProgram({
    command: UI_PROGRAM,
    args: [],
    env: { PATH: process.env["PATH"] ?? "", ...service("ui").environment },
    cwd: folder,
    readyUrls: [here("http://127.0.0.1:4455/health/ready")],
    readyWithinMs: READY_WITHIN_MS,
  });
}

async function checkHealth({ here, service }: Place, name: string): Promise<number> {
  const { healthcheck, environment } = service(name);
  const [, program = "", ...args] = healthcheck?.test ?? [];
  const PATH = [process.env["PATH"], postgresFolder()].join(delimiter);
  // A container of its own has these at their usual numbers.
  const ports = { OPS_PORT: here("8081"), PGPORT: here("5432") };
  const command = program === "kratos" ? kratosBinary : program;
  const asked = promisify(execFile)(command, args, { cwd: ROOT, env: { PATH, ...environment, ...ports } });
  return asked.then(
    () => 0,
    ({ code }) => code,
  );
}
