import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Above the highest port that `fetch` refuses, below the ports that the system gives to outgoing connections: those could take one back before it is used. */
const LOWEST = 10_100;
const HIGHEST = 32_000;
const TRIES = 100;

/** As many different free ports of 127.0.0.1 as asked for, all free at the same moment. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; server: Server }[] = [];
  for (let tries = 0; held.length < count; tries++) {
    if (tries > TRIES) throw new Error(`no ${count} free ports between ${LOWEST} and ${HIGHEST}`);
    const port = randomInt(LOWEST, HIGHEST);
    const server = await hold(port);
    if (server) held.push({ port, server });
  }
  await Promise.all(held.map(({ server }) => once(server.close(), "close")));
  return held.map(({ port }) => port);
}

/** How far above its own port a node of a Redis cluster listens for the others. */
const BUS_ABOVE = 10_000;

/** A free port with the one for the cluster's bus above it free, too. */
export async function freeClusterPort(): Promise<number> {
  for (let tries = 0; tries <= TRIES; tries++) {
    const port = randomInt(LOWEST, HIGHEST - BUS_ABOVE);
    const held = [await hold(port), await hold(port + BUS_ABOVE)].filter((server) => server !== undefined);
    await Promise.all(held.map((server) => once(server.close(), "close")));
    if (held.length === 2) return port;
  }
  throw new Error(`no free pair of ports between ${LOWEST} and ${HIGHEST}`);
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, "127.0.0.1");
  return once(server, "listening").then(
    () => server,
    () => undefined,
  );
}
