import { z } from "zod";
import type { Plan } from "../sms/decision.ts";
import { sameValue } from "../values/same-value.ts";
import { inbox } from "./inbox.ts";
import { plivo } from "./plivo.ts";
import type { Provider, ProviderEffects, ProviderType, Sms } from "./provider.ts";
import { sns } from "./sns.ts";
import { twilio } from "./twilio.ts";

const first = twilio;
const others = [sns, plivo, inbox] as const;
const types = [first, ...others] as const;

/** The words that `type:` may hold. */
export const providerTypes: readonly string[] = types.map(({ type }) => type);

/** One entry of `providers:`, whatever its vendor. */
export const providerOptions = z.discriminatedUnion("type", [first.options, ...others.map(({ options }) => options)], {
  error: ({ code }) => (code === "invalid_union" ? `must be one of ${providerTypes.join(", ")}` : undefined),
});

/** The parsed options of one account. */
export type ProviderOptions = z.output<typeof providerOptions>;

/** The options of an account whose messages the inbox keeps. */
export function inboxAccount(): ProviderOptions {
  return providerOptions.parse({ type: "inbox" });
}

/** The sender that an account would use, or why it cannot. */
export function planFor(options: ProviderOptions, sms: Pick<Sms, "to" | "country" | "text">): Plan {
  return typeOf(options).plan(options, sms);
}

/** Makes the account ready to send; throws with a plain sentence when it cannot work at all. */
export function createProvider(name: string, options: ProviderOptions, effects: ProviderEffects): Promise<Provider> {
  return typeOf(options).create(name, options, effects);
}

/** Whether both reach the same account in the same way, so that what was learnt through one holds for the other. */
export function sameAccess(one: ProviderOptions, other: ProviderOptions | undefined): boolean {
  return other !== undefined && sameValue(accessOf(one), accessOf(other));
}

/** How an account is used says nothing of whether it can be reached. */
const USES: ReadonlySet<string> = new Set(["sender", "maxInFlight", "prices"]);

function accessOf(options: ProviderOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !USES.has(key)));
}

/** The one place where the compiler must believe that options and type of the same word belong together. */
function typeOf<Options extends ProviderOptions>(options: Options): ProviderType<Options> {
  return types.find(({ type }) => type === options.type) as unknown as ProviderType<Options>;
}
