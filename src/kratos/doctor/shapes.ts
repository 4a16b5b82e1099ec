import { type Check, goDurationMs } from "./check.ts";
import type { Remark } from "./finding.ts";
import { type KratosConfiguration, keysAt } from "./kratos-configuration.ts";

/** What Kratos' own schema would refuse, of the keys that matter here: it does not start then. */
export const shapeChecks: readonly Check[] = [unknownKeys, wrongTypes];

const KNOWN: Record<string, readonly string[]> = {
  courier: [
    ...["channels", "delivery_strategy", "http", "message_retries", "smtp"],
    ...["template_override_path", "templates", "worker"],
  ],
  "courier.worker": ["pull_count", "pull_wait"],
  secrets: ["cipher", "cookie", "default", "pagination"],
};

/** Gone, and told of elsewhere. */
const TOLD = ["courier.sms"];

function unknownKeys(configuration: KratosConfiguration): Remark[] {
  return Object.entries(KNOWN).flatMap(([parent, known]) =>
    keysAt(configuration, parent)
      .filter((key) => !known.includes(key) && !TOLD.includes(`${parent}.${key}`))
      .map((key) => ({
        ...{ severity: "error", path: `${parent}.${key}` },
        says: `Kratos knows no ${key} here and may not start`,
        fix: `Known are ${known.join(", ")}.`,
      })),
  );
}

const isBoolean = (value: unknown) => typeof value === "boolean";
const isWhole = (value: unknown) => Number.isInteger(value);
const isDuration = (value: unknown) => typeof value === "string" && goDurationMs(value) !== undefined;

const CODE = "selfservice.methods.code";

const TYPES: readonly { paths: readonly string[]; fits: (value: unknown) => boolean; says: string; fix: string }[] = [
  { paths: ["courier.message_retries", "courier.worker.pull_count"], fits: isWhole, says: "a whole number", fix: "30" },
  {
    ...{ paths: ["courier.worker.pull_wait", `${CODE}.config.lifespan`], fits: isDuration },
    ...{ says: "a duration with its unit", fix: "10m" },
  },
  {
    paths: [
      ...["enabled", "passwordless_enabled", "mfa_enabled"].map((key) => `${CODE}.${key}`),
      ...["recovery", "verification"].map((flow) => `selfservice.flows.${flow}.enabled`),
      ...["choose_recovery_address", "use_continue_with_transitions"].map((flag) => `feature_flags.${flag}`),
    ],
    ...{ fits: isBoolean, says: "true or false", fix: "true" },
  },
];

function wrongTypes(configuration: KratosConfiguration): Remark[] {
  return TYPES.flatMap(({ paths, fits, says, fix }) =>
    paths
      .filter((path) => configuration.get(path) !== undefined && !fits(configuration.get(path)))
      .map((path) => ({
        ...{ severity: "error", path },
        says: `this takes ${says}: Kratos does not start`,
        fix: `${path.split(".").at(-1)}: ${fix}`,
      })),
  );
}
