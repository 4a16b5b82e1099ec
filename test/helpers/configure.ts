import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../src/config/configuration.ts";
import { type Loaded, loadConfiguration } from "../../src/config/load.ts";
import { printProblem } from "../../src/config/problems.ts";

/** The configuration that a file of this text makes; throws every problem it has. */
export function configure(yaml: string): Configuration {
  const loaded = loadYaml(yaml);
  if ("problems" in loaded) throw new Error(loaded.problems.map(printProblem).join("\n"));
  return loaded.configuration;
}

/** What loading a file of this text comes to. */
export function loadYaml(yaml: string): Loaded {
  const directory = mkdtempSync(join(tmpdir(), "configure-"));
  const file = join(directory, "gateway.yaml");
  writeFileSync(file, yaml);
  const loaded = loadConfiguration({ GATEWAY_CONFIG: file });
  rmSync(directory, { recursive: true });
  return "problems" in loaded
    ? loaded
    : { ...loaded, configuration: { ...loaded.configuration, source: "gateway.yaml" } };
}
