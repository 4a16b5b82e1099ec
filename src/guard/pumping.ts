import { z } from "zod";
import { durationOption } from "../values/options.ts";

const DAY_MS = 86_400_000;

const per = durationOption
  .refine((ms) => ms >= 60_000 && ms <= DAY_MS, "from 1m to 24h")
  .prefault("10m")
  .describe("Within this time, from 1m to 24h.");
/** Two people who ask at the same time are no attack. */
const numbers = z.int().min(3, "at least 3");
const onAlarm = z
  .enum(["alarm", "suppress", "off"], { error: "onAlarm is alarm, suppress or off" })
  .default("alarm")
  .describe(
    "alarm tells in log, metric and `/admin/pumping`; suppress stops these messages, too; off watches nothing.",
  );

/** `pumping:` of the configuration file: when traffic looks like somebody pumping messages, in distinct numbers within `per`. */
export const pumpingOptions = z.strictObject({
  sequentialNumbers: z
    .strictObject({
      digits: z.int().min(1).max(6).default(3).describe("By so many of their last digits neighbours differ."),
      distinct: numbers.default(20).describe("Alarms at so many distinct neighbours."),
      run: numbers.default(8).describe("Alarms at so many distinct numbers that follow each other, too."),
      per,
      onAlarm,
    })
    .prefault({})
    .describe("Numbers that crowd one block or follow each other."),
  countryBurst: z
    .strictObject({
      times: z.number().min(2, "at least 2").default(6).describe("Alarms at so many times the country's own mean."),
      atLeast: numbers.default(30).describe("Alarms never below so many distinct numbers."),
      per,
      past: durationOption
        .refine((ms) => ms >= DAY_MS, "at least 24h")
        .prefault("7d")
        .describe("Of which time the mean is; at least 24h."),
      learnFor: durationOption.prefault("1h").describe("No alarm so long after a start, when no past is known yet."),
      onAlarm,
    })
    .prefault({})
    .describe("A country far above its own past."),
  clientIp: z
    .strictObject({
      header: z
        .string()
        .min(1)
        .optional()
        .describe("The request header that holds the address; left out, that of `limits.perClientIp`."),
      distinct: numbers.default(20).describe("Alarms at so many distinct numbers."),
      per,
      onAlarm,
    })
    .prefault({})
    .describe("One browser that asks for many numbers; watched where a header names its address."),
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
