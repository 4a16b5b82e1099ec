import { z } from "zod";
import { durationOption } from "../values/options.ts";

const DAY_MS = 86_400_000;

const per = durationOption.refine((ms) => ms >= 60_000 && ms <= DAY_MS, "from 1m to 24h");
/** Two people who ask at the same time are no attack. */
const numbers = z.int().min(3, "at least 3");
/** alarm: log, metric and `/admin/pumping`; suppress: the messages it is about are stopped as well; off: nothing is watched. */
const onAlarm = z.enum(["alarm", "suppress", "off"], { error: "onAlarm is alarm, suppress or off" }).default("alarm");

/** `pumping:` of the configuration file: when traffic looks like somebody pumping messages, in distinct numbers within `per`. */
export const pumpingOptions = z.strictObject({
  /** Neighbours: `distinct` of those that differ only in their last `digits`, or `run` that follow each other. */
  sequentialNumbers: z
    .strictObject({
      digits: z.int().min(1).max(6).default(3),
      distinct: numbers.default(20),
      run: numbers.default(8),
      per: per.prefault("10m"),
      onAlarm,
    })
    .prefault({}),
  /** A country far above its own past: `times` its mean of the last `past`, and `atLeast` so many. */
  countryBurst: z
    .strictObject({
      times: z.number().min(2, "at least 2").default(6),
      atLeast: numbers.default(30),
      per: per.prefault("10m"),
      past: durationOption.refine((ms) => ms >= DAY_MS, "at least 24h").prefault("7d"),
      /** A process that has just started knows no past yet. */
      learnFor: durationOption.prefault("1h"),
      onAlarm,
    })
    .prefault({}),
  /** One browser that asks for many numbers; watched where `header` or `limits.perClientIp.header` names its address. */
  clientIp: z
    .strictObject({
      header: z.string().min(1).optional(),
      distinct: numbers.default(20),
      per: per.prefault("10m"),
      onAlarm,
    })
    .prefault({}),
});

/** When traffic looks like somebody pumping messages, and what happens then. */
export type PumpingOptions = z.infer<typeof pumpingOptions>;

/** Below this a replica's share would take honest neighbours for an attack. */
const LEAST_SHARE = 5;

/** The figures for one of several replicas, each of which sees only its share of the numbers. */
export function sharePumping(options: PumpingOptions, replicas: number): PumpingOptions {
  const share = (figure: number) => Math.min(figure, Math.max(LEAST_SHARE, Math.ceil(figure / replicas)));
  const { sequentialNumbers, countryBurst, clientIp } = options;
  return {
    sequentialNumbers: {
      ...sequentialNumbers,
      distinct: share(sequentialNumbers.distinct),
      run: share(sequentialNumbers.run),
    },
    // Its past is this replica's own, so `times` holds as it is.
    countryBurst: { ...countryBurst, atLeast: share(countryBurst.atLeast) },
    clientIp: { ...clientIp, distinct: share(clientIp.distinct) },
  };
}
