import { z } from "zod";
import { parseDuration } from "./duration.ts";
import { Secret } from "./secret.ts";

/** A duration of the configuration file, such as `8s`, as milliseconds. */
export const durationOption = z
  .string({ error: "a duration carries a unit: 500ms, 8s, 10m, 24h" })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: "custom", message: "a duration carries a unit: 500ms, 8s, 10m, 24h" });
    return z.NEVER;
  })
  .meta({ title: "duration" });

/** A secret of the configuration file, hidden from here on. */
export const secretOption = z
  .string()
  .min(1, "a secret must not be empty")
  .transform((value) => new Secret(value))
  .meta({ title: "secret" });
