import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { createInboxApp, type InboxOptions } from "../../src/inbox/api.ts";
import { createMailbox, type Mailbox, type MailboxOptions } from "../../src/inbox/mailbox.ts";
import { systemClock } from "../../src/values/clock.ts";
import { systemRandom } from "../../src/values/random.ts";

/** An inbox on a port of its own. */
export interface ServedInbox {
  url: string;
  mailbox: Mailbox;
  close(): Promise<void>;
}

/** Opens an inbox on 127.0.0.1, on a free port unless told. */
export async function serveInbox(
  options: Partial<InboxOptions> = {},
  bounds: Partial<MailboxOptions> = {},
  wantedPort = 0,
): Promise<ServedInbox> {
  const clock = options.clock ?? systemClock;
  const mailbox = createMailbox({ clock, ...bounds });
  const app = createInboxApp({ mailbox, ...FACTS, ...options, clock });
  const server: ServerType = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: wantedPort });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    mailbox,
    close() {
      mailbox.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}

/** What a gateway of nobody says of itself. */
export const FACTS = {
  version: "0.0.0",
  random: systemRandom,
  mode: "dev" as const,
  allowedHosts: [],
  courierUrl: "http://127.0.0.1:8080/courier/sms",
  needsKey: false,
  dockerPasteBlock: "courier: { channels: [] } # for a container\n",
  pasteBlock: `courier:
  channels:
    - id: sms
      type: http
      request_config:
        url: http://127.0.0.1:8080/courier/sms
        method: POST
        headers:
          Content-Type: application/json
        body: base64://ZnVuY3Rpb24oY3R4KSBjdHg=
`,
};
