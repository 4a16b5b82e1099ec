import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { freePorts } from "./free-ports.ts";
import { type Program, startProgram } from "./program.ts";

/** The built gateway below a shell that spoils something for it; ends with the test. */
export interface ShellGateway extends Program {
  gatewayUrl: string;
  opsUrl: string;
}

/** Starts it by a shell script in which `$GATEWAY` stands for the command, and which must `exec` it. */
export async function startGatewayInShell(
  script: string,
  configYaml: string,
  env: Record<string, string> = {},
): Promise<ShellGateway> {
  const folder = await mkdtemp(join(tmpdir(), "faults-shell-"));
  const [port, opsPort] = await freePorts(2);
  const file = join(folder, "gateway.yaml");
  await writeFile(file, configYaml);
  const program = await startProgram({
    command: "sh",
    args: ["-c", script.replaceAll("$GATEWAY", `'${process.execPath}' '${resolve("dist/main.js")}'`)],
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: String(port),
      OPS_PORT: String(opsPort),
      GATEWAY_CONFIG: file,
      ...env,
    },
    cwd: folder,
    readyUrls: [`http://127.0.0.1:${opsPort}/readyz`],
    readyWithinMs: 20_000,
  });
  onTestFinished(async () => {
    await program.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  return { ...program, gatewayUrl: `http://127.0.0.1:${port}`, opsUrl: `http://127.0.0.1:${opsPort}` };
}
