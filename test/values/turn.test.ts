import { expect, it } from "vitest";
import { endOfTurn } from "../../src/values/turn.ts";

/** Two steps of each of so many, in the order in which they were taken. */
async function stepsOf(count: number): Promise<string[]> {
  const steps: string[] = [];
  const walk = async (name: number) => {
    await endOfTurn();
    steps.push(`first of ${name}`);
    await undefined;
    steps.push(`second of ${name}`);
  };
  await Promise.all(Array.from({ length: count }, (_, name) => walk(name)));
  return steps;
}

it("lets those who wait in the same turn take each step side by side", async () => {
  expect(await stepsOf(2)).toEqual(["first of 0", "first of 1", "second of 0", "second of 1"]);
});

it("lets no more than 256 go together, so that the first of a crowd does not wait for the last", async () => {
  const steps = await stepsOf(257);
  expect(steps.indexOf("second of 0")).toBe(256);
  expect(steps.slice(-2)).toEqual(["first of 256", "second of 256"]);
});

it("lets the event loop read first what has arrived already", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("what was due in this turn"));
  await endOfTurn();
  order.push("whoever waited for its end");
  expect(order).toEqual(["what was due in this turn", "whoever waited for its end"]);
});

it("begins a new turn for those who come after the end of one", async () => {
  const first = endOfTurn();
  expect(endOfTurn()).toBe(first);
  await first;
  const second = endOfTurn();
  expect(second).not.toBe(first);
  await second;
});

it("waits for those who come in the next turn, too", async () => {
  const first = endOfTurn();
  let second: Promise<void> | undefined;
  setImmediate(() => {
    second = endOfTurn();
  });
  await first;
  expect(second).toBe(first);
});

it("waits no more than eight turns, though each brings somebody", async () => {
  const first = endOfTurn();
  let turns = 0;
  const come = () => {
    turns += 1;
    if (endOfTurn() === first) setImmediate(come);
  };
  setImmediate(come);
  await first;
  expect(turns).toBeLessThanOrEqual(8);
});
