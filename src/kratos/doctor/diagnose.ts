import { bodyChecks } from "./body.ts";
import { channelChecks } from "./channel.ts";
import type { Check, Surroundings } from "./check.ts";
import { courierChecks } from "./courier.ts";
import type { Finding, Severity } from "./finding.ts";
import { flowChecks } from "./flows.ts";
import { identityChecks } from "./identity.ts";
import type { KratosConfiguration } from "./kratos-configuration.ts";
import { shapeChecks } from "./shapes.ts";
import { surroundingChecks } from "./surroundings.ts";

const CHECKS: readonly Check[] = [
  ...shapeChecks,
  ...channelChecks,
  ...bodyChecks,
  ...courierChecks,
  ...flowChecks,
  ...identityChecks,
  ...surroundingChecks,
];

const ORDER: Record<Severity, number> = { error: 0, warning: 1, advice: 2 };

/** Everything worth knowing about a Kratos configuration that is to send SMS through the gateway, the worst first. */
export function diagnose(configuration: KratosConfiguration, surroundings: Surroundings): Finding[] {
  return CHECKS.flatMap((check) => check(configuration, surroundings))
    .map(({ fix, ...remark }) => {
      const written = typeof fix === "function" ? fix(surroundings.program ?? "kratos-sms-gateway") : fix;
      return { ...remark, ...(written && { fix: written }), place: configuration.place(remark.path) };
    })
    .sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
