import { readFileSync } from "node:fs";
import type { Cluster, Redis } from "ioredis";

/** Each operation is one script: the files that make it, in order after the clock. */
const FILES = {
  admit: ["common", "claims", "windows", "admit"],
  renew: ["common", "claims", "renew"],
  settle: ["common", "claims", "windows", "records", "settle"],
  record: ["common", "records", "record"],
  repeat: ["repeat"],
  find: ["common", "find"],
  switch: ["switch"],
};

/** The scripts by their name, as calls on keys and arguments. */
export type RedisScripts = Record<
  keyof typeof FILES,
  (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>
>;

/** The Lua of one file; the folder stands beside this file in the sources and beside the bundle in the build. */
export function readLua(name: string): string {
  return readFileSync(new URL(`./redis/${name}.lua`, import.meta.url), "utf8");
}

/** Makes the scripts callable on a client; they are sent whole once per connection and by their hash from then on. */
export function defineScripts(client: Redis | Cluster, clockLua: string): RedisScripts {
  const scripts = Object.entries(FILES).map(([name, files]) => {
    const command = `store:${name}`;
    client.defineCommand(command, { lua: [clockLua, ...files.map(readLua)].join("\n") });
    const call = (client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[command];
    return [name, (keys: string[], args: (string | number)[]) => call?.call(client, keys.length, ...keys, ...args)];
  });
  return Object.fromEntries(scripts) as RedisScripts;
}
