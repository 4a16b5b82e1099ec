import { Cluster, type Redis } from "ioredis";
import type { Tell } from "../sms/event.ts";

/** The first whose scripts may write after they have read the time. */
const OLDEST_MAJOR = 5;

/** Looks at the server as soon as there is a connection, and tells once what an operator should change though it works. */
export function adviseOn(client: Redis | Cluster, tell: Tell): void {
  const told = new Set<string>();
  const look = async (node: Redis) => {
    const advice = adviceOf(await node.info()).filter((text) => !told.has(text));
    for (const text of advice) {
      told.add(text);
      tell({ type: "advice", text });
    }
  };
  client.on("ready", () => {
    const nodes = client instanceof Cluster ? client.nodes("master") : [client];
    for (const node of nodes) look(node).catch(() => {}); // who may not ask goes without advice
  });
}

/** What `INFO` says that an operator should change. */
export function adviceOf(info: string): string[] {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const [policy, version] = [field("maxmemory_policy"), field("redis_version")];
  const isBounded = Number(field("maxmemory")) > 0;
  return [
    ...(isBounded && policy !== "" && policy !== "noeviction" ? [evicting(policy)] : []),
    ...(version !== "" && Number.parseInt(version, 10) < OLDEST_MAJOR ? [tooOld(version)] : []),
  ];
}

function evicting(policy: string): string {
  return `the shared store throws keys away when its memory is full (maxmemory-policy ${policy}): limits, spend and what was sent already would be forgotten; set maxmemory-policy noeviction, on a server of its own`;
}

function tooOld(version: string): string {
  return `the shared store is version ${version}, and the gateway's scripts need ${OLDEST_MAJOR}.0 or later; until then each replica goes on alone`;
}
