import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, vi } from "vitest";

/** Each loading stands for a process of its own. */
const load = async () => {
  vi.resetModules();
  return import("./helpers/free-ports.ts");
};

it("gives no port to two processes, nor twice to one", async () => {
  const ports: number[] = [];
  for (let processes = 0; processes < 40; processes++) ports.push(...(await (await load()).freePorts(60)));
  expect(new Set(ports).size).toBe(40 * 60);
});

it("gives no port that something listens on, and says when there are not so many", async () => {
  const { freePorts } = await load();
  const [first = 0] = await freePorts(1);
  const taken = createServer().listen(first + 1, "127.0.0.1");
  await once(taken, "listening");
  expect(await freePorts(1)).toEqual([first + 2]);
  await expect(freePorts(99)).rejects.toThrow("no 99 free ports");
  await once(taken.close(), "close");
});
