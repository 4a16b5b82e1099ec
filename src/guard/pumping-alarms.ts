import type { Tell } from "../sms/event.ts";
import type { PumpingAlarm } from "../sms/pumping-alarm.ts";
import type { Clock } from "../values/clock.ts";

/** The alarms that are on; at most one per rule and country. */
export interface PumpingAlarms {
  /** One more message was over the figure. */
  raise(found: Pick<PumpingAlarm, "rule" | "country" | "count" | "perMs">): void;
  list(): PumpingAlarm[];
  close(): void;
}

interface Lasting {
  alarm: PumpingAlarm;
  /** Monotonic milliseconds. */
  lastMs: number;
}

/** Tells when an alarm starts, and that it has ended when for `perMs` no message was over the figure. */
export function createPumpingAlarms(clock: Clock, tell: Tell): PumpingAlarms {
  const lasting = new Map<string, Lasting>();
  const closed = new AbortController();

  /** Also without further messages; one sleeper per alarm. */
  async function awaitEnd(key: string, entry: Lasting): Promise<void> {
    const leftMs = () => entry.lastMs + entry.alarm.perMs - clock.monotonicMs();
    while (leftMs() > 0) {
      await clock.sleep(leftMs(), closed.signal);
      if (closed.signal.aborted) return;
    }
    lasting.delete(key);
    tell({ type: "pumping", state: "ended", alarm: { ...entry.alarm } });
  }

  return {
    raise({ rule, country, count, perMs }) {
      const key = `${rule} ${country}`;
      const known = lasting.get(key);
      if (known) {
        known.lastMs = clock.monotonicMs();
        known.alarm.count = Math.max(known.alarm.count, count);
        return;
      }
      const alarm = { rule, country, count, perMs, since: clock.wallMs() };
      const started = { alarm, lastMs: clock.monotonicMs() };
      lasting.set(key, started);
      tell({ type: "pumping", state: "started", alarm: { ...alarm } });
      void awaitEnd(key, started);
    },
    list: () => [...lasting.values()].map(({ alarm }) => ({ ...alarm })),
    close: () => closed.abort(),
  };
}
