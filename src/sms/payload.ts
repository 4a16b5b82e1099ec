import type { Message } from "./message.ts";

/** The request that a vendor would get for a message, every secret and signature masked. */
export interface Payload {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Writes the request that an account would make; undefined for one without a vendor. Nothing leaves. */
export type Preview = (provider: string, sms: PreviewedSms) => Promise<Payload | undefined>;

/** The message with the text as it would be sent; what expires does so as if it were sent when it came. */
export type PreviewedSms = Pick<Message, "to" | "country" | "text" | "expiresAt" | "receivedAt">;
