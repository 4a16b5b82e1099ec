import type { Hono } from "hono";
import { type Configuration, reachableUrl } from "./config/configuration.ts";
import type { ApiKey } from "./http/auth.ts";
import { createInboxApp } from "./inbox/api.ts";
import { createMailbox } from "./inbox/mailbox.ts";
import { createSimulation, type Simulation } from "./inbox/simulation.ts";
import { type TagOf, veil } from "./inbox/veil.ts";
import { kratosBlock } from "./kratos-block.ts";
import { createPreview } from "./providers/preview.ts";
import { namesOf } from "./routing/order.ts";
import type { Tell } from "./sms/event.ts";
import type { Clock } from "./values/clock.ts";
import type { Random } from "./values/random.ts";
import { VERSION } from "./version.ts";

/** What the inbox needs of those beside it. */
export interface InboxNeighbours {
  /** The configuration in force, and the courier's webhook under it. */
  current(): { configuration: Configuration; courier: { fetch(request: Request): Response | Promise<Response> } };
  tagOf: TagOf;
  tell: Tell;
}

/** What the inbox may do to the world. */
export interface InboxEffects {
  clock: Clock;
  random: Random;
}

/** The developer's side of a gateway; both are absent in live mode unless its inbox is asked for. */
export interface InboxSide {
  inbox?: {
    app: Hono;
    /** Takes in what is told of messages under a configuration, which says what of them may be seen. */
    tellUnder(configuration: Configuration): Tell;
    release(): void;
  };
  /** What fails on purpose; only in dev mode. */
  simulation?: Simulation;
}

/** Builds the inbox, and in dev mode whatever fails on purpose. */
export function composeInbox(
  configuration: Configuration,
  effects: InboxEffects,
  neighbours: InboxNeighbours,
): InboxSide {
  const { mode, inbox } = configuration;
  const simulation = mode === "dev" ? createSimulation({ ...effects, tell: neighbours.tell }) : undefined;
  return {
    ...(simulation && { simulation }),
    ...(inbox && { inbox: createInbox({ ...configuration, inbox }, effects, neighbours, simulation) }),
  };
}

function createInbox(
  configuration: Configuration & Required<Pick<Configuration, "inbox">>,
  { clock, random }: InboxEffects,
  { current, tagOf }: InboxNeighbours,
  simulation: Simulation | undefined,
): NonNullable<InboxSide["inbox"]> {
  const { inbox, mode, listen } = configuration;
  const apiKeys = () => current().configuration.apiKeys;
  const mailbox = createMailbox({ clock });
  const gateway = { url: reachableUrl(listen) };
  const app = createInboxApp({
    ...{ mailbox, clock, random, mode, version: VERSION },
    ...{ allowedHosts: inbox.allowedHosts, ...(inbox.token && { token: inbox.token }) },
    preview: createPreview(() => current().configuration.providers, clock),
    ...(mode === "dev" && {
      postToCourier: async (body) => current().courier.fetch(courierRequest(gateway.url, apiKeys(), body)),
    }),
    ...simulation?.inbox,
    get needsKey() {
      return apiKeys().length > 0;
    },
    get courierUrl() {
      return `${gateway.url}/courier/sms`;
    },
    get pasteBlock() {
      return kratosBlock({ apiKeys: apiKeys() }, gateway.url);
    },
    get dockerPasteBlock() {
      return kratosBlock({ apiKeys: apiKeys() }, `http://host.docker.internal:${new URL(gateway.url).port}`);
    },
  });
  const tellUnder = (wishes: Configuration): Tell => {
    const show = simulation ? simulation.late(mailbox.tell) : veil(mailbox.tell, inboxRecipients(wishes), tagOf);
    return (event) => {
      // A configured port 0 has become a number.
      if (event.type === "listening") gateway.url = event.urls["gateway"] ?? gateway.url;
      show(event);
    };
  };
  const release = () => {
    simulation?.close();
    mailbox.close();
  };
  return { app, tellUnder, release };
}

/** The numbers that may be captured in live mode; the configuration's rules see to it that they are exempt ones. */
function inboxRecipients({ routes, providers }: Configuration): Set<string> {
  const capturing = routes.filter(({ chain }) => namesOf(chain).some(({ name }) => providers[name]?.type === "inbox"));
  return new Set(capturing.flatMap(({ match }) => match?.recipient ?? []));
}

/** What the inbox posts in Kratos' place. */
function courierRequest(gatewayUrl: string, [key]: readonly ApiKey[], body: object): Request {
  const headers = {
    "Content-Type": "application/json",
    "User-Agent": "kratos-sms-gateway inbox",
    ...(key && { "X-API-Key": key.secret.reveal() }),
  };
  return new Request(`${gatewayUrl}/courier/sms`, { method: "POST", headers, body: JSON.stringify(body) });
}
