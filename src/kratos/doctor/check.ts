import type { Remark } from "./finding.ts";
import type { KratosConfiguration } from "./kratos-configuration.ts";

/** What a file of the configuration's holds, by its path as Kratos would open it; undefined when it cannot be read here. */
export type ReadFile = (path: string) => string | undefined;

/** What a Jsonnet snippet makes of a context, and which program said so. */
export type Evaluated = { by: string } & ({ output: string } | { error: string });

/** Evaluates a snippet with a context; undefined when this machine has no program that could. */
export type Evaluate = (snippet: string, context: unknown) => Evaluated | undefined;

/** What the gateway that this Kratos is to call asks for, where that is known. */
export interface GatewayFacts {
  /** Whether it asks for a key at all. */
  needsKey: boolean;
  /** Whether it takes the key that these headers carry. */
  takes(headers: Headers): boolean;
  /** Whether an address is certainly the gateway's own, however it goes on behind the port. */
  isAt(url: URL): boolean;
  /** The header that `limits.perClientIp` reads. */
  clientIpHeader?: string;
}

/** What checks look at besides the configuration. */
export interface Surroundings {
  readFile: ReadFile;
  evaluate: Evaluate;
  gateway?: GatewayFacts;
  /** What a person types before the name of one of our commands; the installed program's name unless told. */
  program?: string;
}

/** One thing that can be wrong: answers with what it finds. */
export type Check = (configuration: KratosConfiguration, surroundings: Surroundings) => Remark[];

/** Go's durations, such as `1h30m`, in milliseconds; undefined when it is none. */
export function goDurationMs(text: string): number | undefined {
  if (!/^(\d+(ns|us|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ns|us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit as keyof typeof UNIT_MS] ?? 0), 0);
}

const UNIT_MS = { ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
