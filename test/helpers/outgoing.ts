import { Socket } from "node:net";
import { vi } from "vitest";

/** Counts every connection that this process begins, whichever library asks for it: TLS, HTTP and `fetch` go this way, too. */
export function watchConnections(): { begun(): number } {
  const connect = vi.spyOn(Socket.prototype, "connect");
  return { begun: () => connect.mock.calls.length };
}
