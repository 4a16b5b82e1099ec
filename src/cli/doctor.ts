import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { createAuthenticate } from "../http/auth.ts";
import { howJsonnetWasChecked } from "../kratos/doctor/body.ts";
import type { GatewayFacts, Surroundings } from "../kratos/doctor/check.ts";
import { diagnose } from "../kratos/doctor/diagnose.ts";
import type { Finding } from "../kratos/doctor/finding.ts";
import { readKratosConfiguration } from "../kratos/doctor/kratos-configuration.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { callAsKratos } from "./doctor-live.ts";
import { jsonnetOnPath } from "./jsonnet-program.ts";
import { programName } from "./program-name.ts";

/** `doctor <kratos.yml>`: what is wrong with a Kratos configuration, and what to write instead. */
export const doctor: Command = {
  usage: "<kratos.yml> [<file over it>...] [--live [--to <number>]] [--json]",
  words: [1, 10],
  options: {
    live: {
      type: "boolean",
      says: "Calls the gateway as this Kratos would, with a login code when there is a number for it.",
    },
    to: {
      type: "string",
      says: "Who gets that code: in live mode a real SMS; in dev mode nobody's number when left out.",
    },
    json: { type: "boolean", says: "Prints what it found as JSON." },
  },
  async run({ positionals: files, values: { live, to, json } }, terminal) {
    const { environment, out, err } = terminal;
    const unread = files.find((file) => readText(file) === undefined);
    if (unread !== undefined) {
      err(`${unread} cannot be read\n`);
      return EXIT.badConfiguration;
    }
    const sources = files.map((file) => ({ name: basename(file), text: readText(file) ?? "" }));
    const configuration = readKratosConfiguration(sources, environment);
    if ("says" in configuration) {
      err(`error: ${configuration.place} ${configuration.says}\n`);
      return EXIT.badConfiguration;
    }
    const loaded = loadConfiguration(environment);
    const gateway = "configuration" in loaded ? loaded.configuration : undefined;
    const surroundings: Surroundings = {
      readFile: readText,
      evaluate: jsonnetOnPath(environment),
      program: programName(environment),
      ...(gateway && { gateway: factsOf(gateway) }),
    };
    const findings = diagnose(configuration, surroundings);
    if (json) out(`${JSON.stringify({ findings }, undefined, 2)}\n`);
    else print(findings, files.join(", "), howJsonnetWasChecked(configuration, surroundings), terminal);
    const isWell = !findings.some(({ severity }) => severity === "error");
    if (!live) return isWell ? EXIT.done : EXIT.failed;
    const number = to ?? (gateway?.mode === "dev" ? DEV_NUMBER : undefined);
    const answered = await callAsKratos(
      configuration,
      surroundings,
      number === undefined ? {} : { to: String(number) },
      // What a program reads stays one piece of JSON.
      json ? { ...terminal, out: err } : terminal,
    );
    return isWell && answered ? EXIT.done : EXIT.failed;
  },
};

/** Valid, and nobody's. */
const DEV_NUMBER = "+12025550143";

function print(findings: Finding[], file: string, jsonnet: string, { out }: Terminal): void {
  for (const { severity, place, path, says, fix } of findings) {
    out(`${severity}: ${place} ${path}: ${says}\n`);
    if (fix) out(`  ${fix}\n`);
  }
  out(findings.length === 0 ? `${file}: nothing to say against it\n` : "");
  out(`${jsonnet}; whether a courier runs (--watch-courier) cannot be seen from here\n`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** How Kratos may call this machine; a name of another host could as well be a proxy's. */
const THIS_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\]|host\.docker\.internal)$/;

function factsOf({ apiKeys, limits, listen }: Configuration): GatewayFacts {
  const { perClientIp } = limits;
  return {
    needsKey: apiKeys.length > 0,
    isAt: ({ protocol, hostname, port }) =>
      Number(port || (protocol === "https:" ? 443 : 80)) === listen.port &&
      (THIS_MACHINE.test(hostname) || hostname === listen.host),
    takes: (headers) => createAuthenticate(apiKeys)(headers) !== undefined,
    ...(perClientIp && { clientIpHeader: perClientIp.header }),
  };
}
