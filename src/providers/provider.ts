import type { ZodType } from "zod";
import type { Plan } from "../sms/decision.ts";
import type { Country, E164 } from "../sms/e164.ts";
import type { SendResult } from "../sms/send-result.ts";
import type { Abort } from "../values/abort.ts";
import type { Clock } from "../values/clock.ts";
import type { Transport } from "./transport.ts";

/** One text to one phone, as every provider is given it. */
export interface Sms {
  attemptId: string;
  to: E164;
  country: Country;
  text: string;
  /** Wall milliseconds after which the text is useless. */
  expiresAt?: number | undefined;
}

/** One configured account at one vendor. */
export interface Provider {
  /** The operator's name for the account. */
  name: string;
  /** Makes exactly one request and never retries; every failure is a value, and the signal ends it. */
  send(sms: Sms, signal: Abort): Promise<SendResult>;
  /** Ends what the account does in the background, once nobody sends through it; absent when it does nothing there. */
  close?(): void;
}

/** What an account may do to the world. */
export interface ProviderEffects {
  transport: Transport;
  clock: Clock;
  /** What an inbox account says to an SMS instead of taking it; absent in live mode. */
  simulate?(provider: string, sms: Sms): SendResult | undefined;
}

/** One vendor: what its options look like, which sender it would use, how an account is made. */
export interface ProviderType<Options> {
  /** The word in the configuration file. */
  type: string;
  options: ZodType<Options>;
  /** Pure: the sender this account would use for the number's country, or why it cannot. */
  plan(options: Options, sms: Pick<Sms, "to" | "country" | "text">): Plan;
  /** Loads the vendor's SDK; throws with a plain sentence when the account cannot work at all. */
  create(name: string, options: Options, effects: ProviderEffects): Promise<Provider>;
}
