import { type Check, goDurationMs } from "./check.ts";
import type { Remark } from "./finding.ts";
import { type KratosConfiguration, keysAt, textAt } from "./kratos-configuration.ts";

/** What can be wrong with the queue and its texts. */
export const courierChecks: readonly Check[] = [retries, pullWait, templates];

const FEWEST_RETRIES = 15;

function retries(configuration: KratosConfiguration): Remark[] {
  const path = "courier.message_retries";
  const value = configuration.get(path) ?? 5;
  if (typeof value !== "number" || value >= FEWEST_RETRIES) return [];
  return [
    {
      ...{ severity: "warning", path },
      says: `Kratos asks about once a second and gives up after ${value + 1} tries: sooner than most restarts are over (e-mail counts here, too)`,
      fix: "message_retries: 30",
    },
  ];
}

function pullWait(configuration: KratosConfiguration): Remark[] {
  const path = "courier.worker.pull_wait";
  const ms = goDurationMs(textAt(configuration, path) ?? "1s");
  if (ms === undefined || ms <= 5_000) return [];
  return [
    {
      severity: "warning",
      path,
      says: "every code waits that long for the next look at the queue",
      fix: "pull_wait: 1s",
    },
  ];
}

const SENDABLE = ["recovery", "recovery_code", "verification", "verification_code", "registration_code", "login_code"];
const WITH_INVALID = ["recovery", "recovery_code", "verification", "verification_code"];

function templates(configuration: KratosConfiguration): Remark[] {
  const root = "courier.templates";
  const refused = (path: string, says: string, fix: string): Remark => ({ severity: "error", path, says, fix });
  return keysAt(configuration, root).flatMap((name) => {
    const path = `${root}.${name}`;
    if (!SENDABLE.includes(name)) {
      const fix = `Remove it; ${SENDABLE.join(", ")} can be changed here.`;
      return [refused(path, `there is no template ${name} that could be changed here: Kratos does not start`, fix)];
    }
    return keysAt(configuration, path).flatMap((kind) => {
      const below = `${path}.${kind}`;
      if (kind !== "valid" && !(kind === "invalid" && WITH_INVALID.includes(name))) {
        const fix = SENDABLE.includes(kind) ? `Move it up: courier.templates.${kind}.valid.sms` : "Put it under valid:";
        return [refused(below, `${kind} has no place in ${name}: Kratos does not start`, fix)];
      }
      if (configuration.get(`${below}.email`) !== undefined) return [];
      return [refused(below, "Kratos does not start when email is missing beside sms", "email: {}   # beside sms")];
    });
  });
}
