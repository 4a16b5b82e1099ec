import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Above the highest port that `fetch` refuses, below the ports that the system gives to outgoing connections: those could take one back before it is used. */
const LOWEST = 10_100;
const HIGHEST = 32_000;
const BLOCK_SIZE = 100;
const USABLE = BLOCK_SIZE - 1;

/** As many different free ports of 127.0.0.1 as asked for; no other process that asks here is given them while this one runs. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries === USABLE) throw new Error(`no ${count} free ports in the block of this process`);
    const port = await nextPort();
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

let ownBlock: Promise<Iterator<number, never>> | undefined;

async function nextPort(): Promise<number> {
  ownBlock ??= takeBlock();
  return (await ownBlock).next().value;
}

/** A block belongs to the process that listens on its first port, until that process ends. */
async function takeBlock(): Promise<Iterator<number, never>> {
  const count = (HIGHEST - LOWEST) / BLOCK_SIZE;
  for (let tries = 0; tries < count; tries++) {
    const first = LOWEST + BLOCK_SIZE * randomInt(count);
    const held = await hold(first);
    held?.unref();
    if (held) return portsAbove(first);
  }
  throw new Error(`no block of ${BLOCK_SIZE} ports between ${LOWEST} and ${HIGHEST} is free`);
}

/** One after the other, over and over: a port that was just let go is the last to be given again. */
function* portsAbove(first: number): Generator<number, never> {
  for (let offset = 0; ; offset++) yield first + 1 + (offset % USABLE);
}

async function isFree(port: number): Promise<boolean> {
  const held = await hold(port);
  if (held) await once(held.close(), "close");
  return held !== undefined;
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, "127.0.0.1");
  return once(server, "listening").then(
    () => server,
    () => undefined,
  );
}
