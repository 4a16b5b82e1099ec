import { Socket } from "node:net";
import { vi } from "vitest";

/**
 * Counts every connection that this process begins until the test ends, whichever library asks for it (TLS, HTTP and `fetch`
 * go this way, too), and refuses it: whatever breaks, nothing leaves.
 */
export function refuseConnections(): { begun(): number } {
  const connect = vi.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket) {
    return this.destroy(new Error("no connection may be begun here"));
  });
  return { begun: () => connect.mock.calls.length };
}
