import { sameValue } from "../values/same-value.ts";
import type { Configuration } from "./configuration.ts";
import type { Problem } from "./problems.ts";

/** What a running gateway is built on, by the key in the file. */
export const UNCHANGEABLE: Record<string, (configuration: Configuration) => unknown> = {
  mode: ({ mode }) => mode,
  secret: ({ secret }) => secret,
  listen: ({ listen }) => listen,
  ops: ({ ops }) => ops,
  inbox: ({ inbox }) => inbox,
  store: ({ redis }) => redis,
};

/** Why `next` cannot take over from `running` without a restart, a problem for each key. */
export function findUnchangeable(running: Configuration, next: Configuration): Problem[] {
  // What a lost file leaves behind is a whole other gateway.
  if (running.source !== next.source) {
    const message = `the gateway was started from ${running.source}, and would now be configured from ${next.source}`;
    return [{ place: next.source, path: "", message: `${message}: restart it if that is meant` }];
  }
  return Object.entries(UNCHANGEABLE)
    .filter(([, of]) => !sameValue(of(running), of(next)))
    .map(([path]) => ({ place: next.source, path, message: "has changed, which takes a restart" }));
}
