import type { Configuration } from "../config/configuration.ts";
import type { GateStatus } from "../dispatch/gate.ts";
import { adminPlace, tryAdmin } from "./admin.ts";
import { type Arguments, EXIT } from "./command.ts";

/** One provider as the admin API shows it. */
export type ProviderState = GateStatus & { name: string; enabled: boolean };

/** Which providers a gateway asks at present, and in words of whom that is known. */
export interface KnownStates {
  source: string;
  /** Absent when no gateway told. */
  states?: ReadonlyMap<string, ProviderState>;
}

/** Asks the running gateway, if there is one; whoever named one by `--url` is told when it does not answer. */
export async function knownStates(
  args: Arguments,
  configuration: Configuration,
): Promise<KnownStates | { problem: string; exitCode: number }> {
  const place = adminPlace(args, () => configuration);
  const asked = await tryAdmin<{ providers: ProviderState[] }>(place, { path: "/admin/providers" });
  if ("answer" in asked) {
    const states = new Map(asked.answer.providers.map((provider) => [provider.name, provider]));
    return {
      source: `rules of ${configuration.source}, providers as the gateway at ${place.url} has them now`,
      states,
    };
  }
  if (args.values["url"] !== undefined) return { ...asked, exitCode: EXIT.failed };
  return { source: `${configuration.source} alone, whatever is switched off in a gateway: ${asked.problem}` };
}

/** Whether a provider is asked at present, and if not, for how long not. */
export function askedInWords({ enabled, waitMs }: ProviderState): string {
  if (!enabled) return "switched off";
  return waitMs > 0 ? `not asked for ${Math.ceil(waitMs / 1000)} s` : "asked";
}

/** Why a provider is not asked at present; undefined when it is. */
export function notAskedBecause(state: ProviderState): string | undefined {
  const { enabled, waitMs, breaker } = state;
  if (!enabled) return askedInWords(state);
  return waitMs > 0 ? `${askedInWords(state)}, circuit ${breaker}` : undefined;
}
