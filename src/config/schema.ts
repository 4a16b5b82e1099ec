import { z } from "zod";
import { failoverOptions } from "../dispatch/failover.ts";
import { destinationOptions } from "../guard/destinations.ts";
import { limitOptions } from "../guard/limits.ts";
import { pumpingOptions } from "../guard/pumping.ts";
import { spendOptions } from "../guard/spend.ts";
import { providerOptions } from "../providers/registry.ts";
import { routeOptions } from "../routing/match.ts";
import { redisOptions } from "../store/redis-options.ts";
import { templateOptions } from "../templates/load.ts";
import { secretOption } from "../values/options.ts";

const MODE_ERROR = "mode is dev (captured by the inbox) or live (sent)";

const port = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: "a port is a number from 0 to 65535" })
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 65_535, "a port is a number from 0 to 65535");

const flag = z.union([z.boolean(), z.stringbool()], { error: "this is true or false" });

const listener = z.strictObject({ host: z.string().min(1).optional(), port: port.optional() });

/** A header carries it and every caller must be able to type it. */
const key = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "a key is printable ASCII without blanks")
  .pipe(secretOption);

const keys = z.strictObject({
  keys: z
    .array(z.strictObject({ id: z.string().min(1), secret: key }))
    .min(1)
    .max(2, "one key, or two while rotating"),
});

/** Keys that stand in the design and do nothing in this version yet. */
const later = z.unknown();

/** The configuration file, assembled from the rooms' own options. */
export const fileSchema = z.strictObject({
  mode: z.enum(["dev", "live"], { error: MODE_ERROR }),
  secret: secretOption.optional(),
  listen: listener.prefault({}),
  ops: listener.prefault({}),
  inbox: z
    .strictObject({
      ...listener.shape,
      besideLive: flag.default(false),
      token: secretOption.optional(),
      allowedHosts: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  publicUrl: later.optional(),
  auth: keys.optional(),
  admin: keys.optional(),
  providers: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "a provider's name is lower-case letters, digits and dashes"),
      providerOptions,
    )
    .default({}),
  routes: z.array(routeOptions).optional(),
  destinations: destinationOptions.default({}),
  limits: limitOptions.prefault({}),
  spend: spendOptions.optional(),
  pumping: pumpingOptions.prefault({}),
  failover: failoverOptions.prefault({}),
  templates: templateOptions.default({ use: "kratos" }),
  store: z
    .discriminatedUnion("type", [z.strictObject({ type: z.literal("memory") }), redisOptions], {
      error: "type is memory or redis",
    })
    .default({ type: "memory" }),
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info") }).prefault({}),
});

/** The file's values, parsed. */
export type FileValues = z.infer<typeof fileSchema>;

/** The file's values as they are written. */
export type RawValues = z.input<typeof fileSchema>;
