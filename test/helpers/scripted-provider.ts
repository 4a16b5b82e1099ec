import type { Provider, Sms } from "../../src/providers/provider.ts";
import type { NotSentKind, SendResult, UnknownKind } from "../../src/sms/send-result.ts";
import type { Clock } from "../../src/values/clock.ts";

/** One scripted end of an attempt; `hang` waits for the deadline and then does not know. */
export type Script = SendResult | "hang" | "break";

export const sent: SendResult = { outcome: "sent", providerMessageId: "id-1" };
export const notSent = (kind: NotSentKind): SendResult => ({ outcome: "not-sent", kind, detail: "scripted" });
export const unknown = (kind: UnknownKind): SendResult => ({ outcome: "unknown", kind, detail: "scripted" });

/** A provider that plays its script once per attempt, the last line for ever, and remembers what it was given. */
export function scriptedProvider(
  name: string,
  script: Script[],
  clock: Clock,
  takesMs = 0,
): Provider & { taken: Sms[] } {
  const taken: Sms[] = [];
  return {
    name,
    taken,
    async send(sms, signal) {
      const line = script[Math.min(taken.length, script.length - 1)] ?? sent;
      taken.push(sms);
      if (line === "break") throw new Error("a bug");
      if (line === "hang") {
        await new Promise<void>((resolve) => signal.addEventListener("abort", resolve));
        return unknown("timeout");
      }
      if (takesMs > 0) await clock.sleep(takesMs);
      return line;
    },
  };
}
