import { z } from "zod";
import type { Plan } from "../sms/decision.ts";
import { maxInFlightOption, pricesOption } from "./account-options.ts";
import type { Provider, ProviderEffects, ProviderType } from "./provider.ts";

const inboxOptions = z
  .strictObject({
    type: z.literal("inbox").describe("No vendor."),
    maxInFlight: maxInFlightOption,
    prices: pricesOption.optional(),
  })
  .describe("No vendor: the inbox keeps the messages; in live mode only for numbers of `destinations.exempt`.");

/** An account that has no vendor. */
export type InboxOptions = z.output<typeof inboxOptions>;

/** Takes every SMS and sends none: what was told on the way is what the inbox shows. */
export const inbox = { type: "inbox", options: inboxOptions, plan, create } satisfies ProviderType<InboxOptions>;

function plan(): Plan {
  return { sender: "inbox" };
}

async function create(name: string, _: InboxOptions, { simulate }: ProviderEffects): Promise<Provider> {
  return { name, send: async (sms) => simulate?.(name, sms) ?? { outcome: "captured" } };
}
