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
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 65_535, "a port is a number from 0 to 65535")
  .meta({ title: "port" });

const flag = z.union([z.boolean(), z.stringbool()], { error: "this is true or false" }).meta({
  title: "true or false",
});

const listener = (defaultPort: number) =>
  z.strictObject({
    host: z
      .string()
      .min(1)
      .optional()
      .describe("The address to bind; left out, 127.0.0.1 in dev mode and 0.0.0.0 in live mode."),
    port: port.default(defaultPort).describe("The port; 0 takes any that is free."),
  });

/** A header carries it and every caller must be able to type it. */
const key = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "a key is printable ASCII without blanks")
  .pipe(secretOption);

const keys = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().min(1).describe("Your name for the key."),
        secret: key.describe("The key itself: printable ASCII without blanks."),
      }),
    )
    .min(1)
    .max(2, "one key, or two while rotating")
    .describe("One key, or two while you rotate: both are taken."),
});

/** Keys that stand in the design and do nothing in this version yet. */
const later = z.unknown();

const inboxOptions = z.strictObject({
  host: z.string().min(1).default("127.0.0.1").describe("The address to bind; wider than loopback wants `token`."),
  port: listener(8026).shape.port,
  besideLive: flag.default(false).describe("Opens it in live mode, too, where it shows codes of exempt numbers alone."),
  token: secretOption.optional().describe("What the page and its API ask for; without one, nothing."),
  allowedHosts: z
    .array(z.string().min(1))
    .default([])
    .describe("Names under which browsers may reach it beside localhost, against rebound names."),
});

const storeOptions = z.discriminatedUnion(
  "type",
  [
    z
      .strictObject({ type: z.literal("memory").describe("Where it is kept.") })
      .describe("In this process: for one replica, and forgotten when it ends."),
    redisOptions,
  ],
  { error: "type is memory or redis" },
);

const logOptions = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info").describe("The least that is written."),
});

const providersOptions = z.record(
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "a provider's name is lower-case letters, digits and dashes")
    .meta({ title: "name" }),
  providerOptions,
);

/** The configuration file, assembled from the rooms' own options. */
export const fileSchema = z.strictObject({
  mode: z.enum(["dev", "live"], { error: MODE_ERROR }).describe("dev: the inbox captures all; live: vendors send."),
  secret: secretOption
    .optional()
    .describe("Keys the tags that stand for numbers; the same on all replicas, left out a random one per start."),
  listen: listener(8080).prefault({}).describe("Where Kratos posts: `/courier/sms`."),
  ops: listener(8081).prefault({}).describe("Where you ask: `/livez`, `/readyz`, `/metrics`, `/admin`."),
  inbox: inboxOptions.prefault({}).describe("Where developers see codes; open in dev mode."),
  publicUrl: later
    .optional()
    .describe("Has no effect in this version, and is refused in live mode: there are no delivery receipts yet."),
  auth: keys.optional().describe("The keys that Kratos may present; required in live mode."),
  admin: keys.optional().describe("The keys to `/admin`; without one there is none in live mode."),
  providers: providersOptions.default({}).describe("Your accounts at vendors, each by a name of yours."),
  routes: z
    .array(routeOptions)
    .optional()
    .describe("Which message takes which chain, first match first; left out, all take all providers as they stand."),
  destinations: destinationOptions.default({}).describe("Where messages may go at all."),
  limits: limitOptions.prefault({}).describe("How many messages; each is one window or a list of them, exact in any."),
  spend: spendOptions.optional().describe("What messages may cost by your own prices; left out, nothing is capped."),
  pumping: pumpingOptions.prefault({}).describe("When traffic looks like an attack; figures count distinct numbers."),
  failover: failoverOptions.prefault({}).describe("How long and how often a message is tried."),
  templates: templateOptions.default({ use: "kratos" }).describe("Whose texts are sent."),
  store: storeOptions.default({ type: "memory" }).describe("Where claims, limits, spend and records are kept."),
  log: logOptions.prefault({}).describe("One JSON line per message, on standard output."),
});

/** The file's values, parsed. */
export type FileValues = z.infer<typeof fileSchema>;

/** The file's values as they are written. */
export type RawValues = z.input<typeof fileSchema>;
