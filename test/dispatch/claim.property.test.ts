import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepMs } from "../../src/dispatch/claim.ts";
import type { MessageId } from "../../src/sms/message.ts";
import type { OutcomeName } from "../../src/sms/outcome.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Admission, ClaimResult } from "../../src/store/store.ts";
import { unlimited } from "../helpers/allowance.ts";
import { loginMessage } from "../helpers/messages.ts";
import { createVirtualClock } from "../helpers/virtual-clock.ts";

const LEASE_MS = 3_000;

/** What anybody may do with the claims of three messages. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant("admit" as const), message: fc.nat(2), waits: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("renew" as const), by: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("settle" as const), by: fc.nat(30), keepMs: keeps() }) },
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constant("wait" as const), ms: fc.constantFrom(1, 999, 1_000, 2_999, 3_000) }),
  },
);

function keeps(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 5_000, 90_000);
}

/** Who was granted a message last, and what came of it: all that the contract speaks of. */
interface Held {
  owner: MessageId;
  leaseEndMs: number;
  end?: { result: ClaimResult; keptUntilMs: number; isReleased: boolean };
}

/** The contract in its own words; undefined where it leaves the answer open. */
function expected(
  held: Held | undefined,
  nowMs: number,
  waitedFor: MessageId | undefined,
): Admission["state"] | undefined {
  if (!held) return "granted";
  const { owner, leaseEndMs, end } = held;
  if (!end) return nowMs < leaseEndMs ? "in-flight" : "granted";
  if (!end.isReleased) return nowMs < end.keptUntilMs ? "settled" : "granted";
  if (waitedFor !== owner) return "granted";
  return undefined;
}

describe("the claims of a store", () => {
  it("hold for every history: one owner at a time, its end told as long as it was told to keep it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: "max" }), async (steps) => {
        const clock = createVirtualClock();
        const store = createMemoryStore(clock);
        const held = new Map<string, Held>();
        const granted: { owner: MessageId; fingerprint: string }[] = [];
        const isHolder = (one: { owner: MessageId; fingerprint: string }) =>
          held.get(one.fingerprint)?.owner === one.owner;
        for (const [index, action] of steps.entries()) {
          const nowMs = clock.monotonicMs();
          if (action.is === "wait") await clock.advance(action.ms);
          else if (action.is === "admit") {
            const fingerprint = `f${action.message}`;
            const owner = `msg_${index}` as const;
            const before = held.get(fingerprint);
            const waitedFor = action.waits ? before?.owner : undefined;
            const request = { ...unlimited, fingerprint, owner, leaseMs: LEASE_MS, ...(waitedFor && { waitedFor }) };
            const admission = await store.admit(request);
            const state = expected(before, nowMs, waitedFor);
            if (state) expect(admission.state).toBe(state);
            if (admission.state === "in-flight") expect(admission.owner).toBe(before?.owner);
            if (admission.state === "settled") expect(admission.result).toBe(before?.end?.result);
            if (admission.state !== "granted") continue;
            held.set(fingerprint, { owner, leaseEndMs: nowMs + LEASE_MS });
            granted.push({ owner, fingerprint });
          } else {
            const one = granted[action.by % Math.max(1, granted.length)];
            const mine = one && held.get(one.fingerprint);
            if (!one || !mine) continue;
            // Whoever comes after its own lease has run out, and finds the claim free, may be heard or not.
            if (nowMs >= (mine.end?.keptUntilMs ?? mine.leaseEndMs)) continue;
            const isAlive = isHolder(one) && !mine.end;
            if (isHolder(one) && !isAlive) continue;
            if (action.is === "renew") {
              await store.renew({ ...one, leaseMs: LEASE_MS });
              if (isAlive) mine.leaseEndMs = nowMs + LEASE_MS;
            } else {
              const result: ClaimResult = { outcome: "sent", messageId: one.owner };
              await store.settle({ ...one, result, keepMs: action.keepMs });
              const end = { result, keptUntilMs: nowMs + action.keepMs, isReleased: action.keepMs === 0 };
              if (isAlive) mine.end = end;
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("among any number of callers at once exactly one is granted, whoever waited for whom", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 40, size: "max" }), async (waits) => {
        const store = createMemoryStore(createVirtualClock());
        const admissions = await Promise.all(
          waits.map((waited, index) =>
            store.admit({
              ...{ ...unlimited, fingerprint: "f", owner: `msg_${index}`, leaseMs: LEASE_MS },
              ...(waited && { waitedFor: "msg_gone" as const }),
            }),
          ),
        );
        expect(admissions.map(({ state }) => state).sort()).toEqual([
          "granted",
          ...waits.slice(1).map(() => "in-flight"),
        ]);
      }),
    );
  });
});

describe("how long a claim is kept", () => {
  it("is nothing exactly for the ends after which Kratos may be told to ask again", () => {
    const outcomes: Record<OutcomeName, boolean> = {
      ...{ sent: true, captured: true, duplicate: true, suppressed: false, rejected: true, ambiguous: true },
      ...{ failed: false, shed: false },
    };
    for (const [outcome, isKept] of Object.entries(outcomes) as [OutcomeName, boolean][]) {
      for (const message of [loginMessage(), loginMessage({ code: undefined })]) {
        expect(keepMs(message, outcome) > 0).toBe(isKept);
      }
    }
  });
});
