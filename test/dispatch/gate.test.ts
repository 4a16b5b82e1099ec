import { describe, expect, it } from "vitest";
import { createGate } from "../../src/dispatch/gate.ts";
import type { GatewayEvent } from "../../src/sms/event.ts";
import type { NotSentKind, SendResult, UnknownKind } from "../../src/sms/send-result.ts";
import { countingRandom } from "../helpers/dispatch-bench.ts";
import { notSent, sent, unknown } from "../helpers/scripted-provider.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

function gate(maxInFlight = 80) {
  const clock = createVirtualClock();
  const events: GatewayEvent[] = [];
  const tell = (event: GatewayEvent) => void events.push(event);
  const made = createGate("a", maxInFlight, { clock, random: countingRandom(), tell });
  const attempts = (...results: SendResult[]) => {
    for (const result of results) made.enter()(result);
  };
  return { ...made, clock, events, attempts };
}

const throttled = (retryAfterMs: number): SendResult => ({ ...notSent("rate-limited"), retryAfterMs }) as SendResult;

describe("the gate of a provider", () => {
  it.each<NotSentKind>([
    ...(["invalid-recipient", "opted-out", "fraud-block"] as const),
    ...(["sender-refused", "message-refused", "destination-barred"] as const),
  ])("stays open through ten thousand answers of %s", (kind) => {
    const { attempts, closedBecause } = gate();
    attempts(...Array<SendResult>(10_000).fill(notSent(kind)));
    expect(closedBecause()).toBeUndefined();
  });

  it.each<NotSentKind>(["unauthorized", "quota-exhausted"])("closes at once for %s, and tells", (kind) => {
    const { attempts, closedBecause, events } = gate();
    attempts(notSent(kind));
    expect(closedBecause()).toBe("circuit-open");
    expect(events).toEqual([{ type: "breaker", provider: "a", state: "open" }]);
  });

  it.each<[string, SendResult]>([
    ["not connected", notSent("unavailable")],
    ...(["timeout", "unavailable", "bad-response"] as UnknownKind[]).map((kind): [string, SendResult] => [
      kind,
      unknown(kind),
    ]),
  ])("closes at the third %s in a row", (_, result) => {
    const { attempts, closedBecause } = gate();
    attempts(result, result);
    expect(closedBecause()).toBeUndefined();
    attempts(result);
    expect(closedBecause()).toBe("circuit-open");
  });

  it("cools down after a throttle: 1 s, doubling to 30 s, anew after an accepted message", async () => {
    const { attempts, closedBecause, clock, readyAtMs } = gate();
    const waitsMs: number[] = [];
    for (let round = 0; round < 7; round++) {
      attempts(notSent("rate-limited"));
      expect(closedBecause()).toBe("cooling-down");
      waitsMs.push(readyAtMs() - clock.monotonicMs());
      await clock.advance(waitsMs.at(-1) ?? 0);
      expect(closedBecause()).toBeUndefined();
    }
    expect(waitsMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    attempts(sent, notSent("rate-limited"));
    expect(readyAtMs() - clock.monotonicMs()).toBe(1_000);
  });

  it("cools down as long as the vendor asked, at most 60 s", () => {
    for (const [askedMs, waitMs] of [
      [5_000, 5_000],
      [3_600_000, 60_000],
      [0, 1_000],
    ] as const) {
      const { attempts, clock, readyAtMs } = gate();
      attempts(throttled(askedMs));
      expect(readyAtMs() - clock.monotonicMs()).toBe(waitMs);
    }
  });

  it("takes throttles of messages under way together for one sign", () => {
    const { enter, clock, readyAtMs } = gate();
    const leaves = [enter(), enter(), enter()];
    for (const leave of leaves) leave(notSent("rate-limited"));
    expect(readyAtMs() - clock.monotonicMs()).toBe(1_000);
  });

  it("is busy while as many requests as it may get are under way", () => {
    const { enter, closedBecause, status } = gate(2);
    const leave = enter();
    enter();
    expect([closedBecause(), status().inFlight]).toEqual(["busy", 2]);
    leave(sent);
    expect([closedBecause(), status().inFlight]).toEqual([undefined, 1]);
  });
});
