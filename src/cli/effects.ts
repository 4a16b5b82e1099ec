import type { Environment } from "../config/variables.ts";
import type { Effects } from "../kept.ts";
import { systemClock } from "../values/clock.ts";
import { systemRandom } from "../values/random.ts";

/** This machine's clock and chance, and the proxy that `HTTPS_PROXY` and `NO_PROXY` name. */
export function systemEffects(environment: Environment): Omit<Effects, "log"> {
  const proxyUrl = environment["HTTPS_PROXY"] ?? environment["https_proxy"];
  const noProxy = environment["NO_PROXY"] ?? environment["no_proxy"];
  return {
    clock: systemClock,
    random: systemRandom,
    proxy: { ...(proxyUrl && { proxyUrl }), ...(noProxy && { noProxy }) },
  };
}
