import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createFaceServer, type Face } from "../../src/http/server.ts";
import { type Clock, systemClock } from "../../src/values/clock.ts";

/** Serves an app on a free port of this machine until the test ends; answers with its URL. */
export async function listenOn(app: Face, clock: Clock = systemClock): Promise<string> {
  const server = createFaceServer(app, clock);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
