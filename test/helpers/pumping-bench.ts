import { pumpingOptions } from "../../src/guard/pumping.ts";
import { createPumpingMemory, createPumpingWatch, type PumpingParts } from "../../src/guard/pumping-watch.ts";
import type { Country, E164 } from "../../src/sms/e164.ts";
import type { GatewayEvent } from "../../src/sms/event.ts";
import type { PumpingRule } from "../../src/sms/pumping-alarm.ts";

/** What asks for a message in these tests. */
export interface Asked {
  to: string;
  country?: Country;
  clientIp?: string;
}

/** A watch, figures as in the configuration file, on a clock that only `wait` moves; alarms are told and never end. */
export function pumpingBench(
  options: object = {},
  parts: Partial<Pick<PumpingParts, "replicas" | "exempt" | "enforce">> = {},
) {
  let nowMs = 0;
  const told: string[] = [];
  const clock = {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs,
    after: () => () => undefined,
    sleep: () => new Promise<void>(() => undefined),
  };
  const tell = (event: GatewayEvent) => {
    if (event.type === "pumping") told.push(`${event.alarm.rule} ${event.alarm.country} ${event.alarm.count}`);
  };
  const rest = { replicas: 1, exempt: [], enforce: true, clock, memory: createPumpingMemory(clock, tell), ...parts };
  const watchBy = (wanted: object) => createPumpingWatch({ options: pumpingOptions.parse(wanted), ...rest });
  let watch = watchBy(options);
  const look = ({ to, country = "DE", clientIp }: Asked): PumpingRule | undefined =>
    watch.look({ to: to as E164, country, ...(clientIp !== undefined && { clientIp }) });
  return {
    told,
    look,
    watch,
    /** As a reload does. */
    change(wanted: object) {
      watch = watchBy(wanted);
    },
    wait: (ms: number) => {
      nowMs += ms;
    },
    waitUntil: (ms: number) => {
      nowMs = Math.max(nowMs, ms);
    },
  };
}
