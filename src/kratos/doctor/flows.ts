import { type Check, goDurationMs, type Surroundings } from "./check.ts";
import type { Remark } from "./finding.ts";
import { phoneTraits } from "./identity.ts";
import { type KratosConfiguration, listAt, textAt } from "./kratos-configuration.ts";

const CODE = "selfservice.methods.code";
const FLOWS = "selfservice.flows";

/** What can be wrong with the flows that should send SMS. */
export const flowChecks: readonly Check[] = [methods, lifespan, sessionHook, recovery, verification, versions];

function methods(configuration: KratosConfiguration): Remark[] {
  const passwordless = configuration.get(`${CODE}.passwordless_enabled`) === true;
  const secondFactor = configuration.get(`${CODE}.mfa_enabled`) === true;
  if (passwordless && secondFactor) {
    return [
      {
        ...{ severity: "error", path: `${CODE}.mfa_enabled` },
        says: "a code is either the way in or the second factor: with both Kratos does not start",
        fix: "mfa_enabled: false   # or passwordless_enabled: false; TOTP can be the second factor of a phone login",
      },
    ];
  }
  if (configuration.get(`${CODE}.enabled`) === false && !passwordless) {
    return [{ severity: "error", path: `${CODE}.enabled`, says: "no code is ever sent", fix: "enabled: true" }];
  }
  if (passwordless || secondFactor) return [];
  return [
    {
      ...{ severity: "warning", path: CODE },
      says: "codes are off for login and registration: both switches are false unless set",
      fix: "passwordless_enabled: true   # or mfa_enabled: true",
    },
  ];
}

const LONGEST_MS = 10 * 60_000;

function lifespan(configuration: KratosConfiguration): Remark[] {
  const path = `${CODE}.config.lifespan`;
  const ms = goDurationMs(String(configuration.get(path) ?? "1h"));
  if (ms === undefined || ms <= LONGEST_MS) return [];
  const says = "a code stays valid for more than ten minutes (one hour unless set): long for six digits";
  return [{ severity: "warning", path, says, fix: "lifespan: 10m" }];
}

function sessionHook(configuration: KratosConfiguration): Remark[] {
  if (configuration.get(`${CODE}.passwordless_enabled`) !== true) return [];
  const after = `${FLOWS}.registration.after`;
  const hooks = [...listAt(configuration, `${after}.code.hooks`), ...listAt(configuration, `${after}.hooks`)];
  if (hooks.some((hook) => (hook as { hook?: unknown } | null)?.hook === "session")) return [];
  return [
    {
      ...{ severity: "warning", path: `${after}.code.hooks` },
      says: "without the hook session a new person has to log in with a second SMS",
      fix: "registration: { after: { code: { hooks: [{ hook: session }] } } }",
    },
  ];
}

function recovery(configuration: KratosConfiguration, surroundings: Surroundings): Remark[] {
  const flow = `${FLOWS}.recovery`;
  const isWanted = phoneTraits(configuration, surroundings).some(({ recovery }) => recovery);
  if (configuration.get(`${flow}.enabled`) !== true || !isWanted) return [];
  const found: Remark[] = [];
  if (configuration.get(`${flow}.use`) === "link") {
    found.push({ severity: "error", path: `${flow}.use`, says: "a link is never sent by SMS", fix: "use: code" });
  }
  if (configuration.get("feature_flags.choose_recovery_address") !== true) {
    found.push({
      ...{ severity: "error", path: "feature_flags.choose_recovery_address" },
      says: "without this flag recovery goes by e-mail only",
      fix: "feature_flags: { choose_recovery_address: true }",
    });
  }
  if (configuration.get("feature_flags.use_continue_with_transitions") !== true) {
    found.push({
      ...{ severity: "warning", path: "feature_flags.use_continue_with_transitions" },
      says: "without this flag a native app gets a 422 at the end of recovery",
      fix: "feature_flags: { use_continue_with_transitions: true }",
    });
  }
  return found;
}

function verification(configuration: KratosConfiguration, surroundings: Surroundings): Remark[] {
  const flow = `${FLOWS}.verification`;
  const isWanted = phoneTraits(configuration, surroundings).some(({ verification }) => verification);
  if (!isWanted) return [];
  if (configuration.get(`${flow}.enabled`) !== true) {
    const says = "a trait asks for verification by SMS, and the flow is off: a changed number is never verified";
    return [{ severity: "warning", path: flow, says, fix: "verification: { enabled: true, use: code }" }];
  }
  if (configuration.get(`${flow}.use`) !== "link") return [];
  return [{ severity: "error", path: `${flow}.use`, says: "a link is never sent by SMS", fix: "use: code" }];
}

/** What came with which version, by a key that uses it. */
const SINCE: readonly { path: string; is: unknown; since: [number, number]; says: string }[] = [
  {
    ...{ path: `${CODE}.passwordless_enabled`, is: true, since: [25, 4] },
    says: "login and registration by SMS came with v25.4.0: older ones send these codes by e-mail only",
  },
  {
    ...{ path: "feature_flags.choose_recovery_address", is: true, since: [25, 4] },
    says: "recovery by SMS came with v25.4.0",
  },
];

function versions(configuration: KratosConfiguration): Remark[] {
  const version = /^v(\d+)\.(\d+)/.exec(textAt(configuration, "version") ?? "");
  if (!version) return [];
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  return SINCE.filter(({ path, is, since }) => {
    const isOlder = major < since[0] || (major === since[0] && minor < since[1]);
    return isOlder && configuration.get(path) === is;
  }).map(({ path, says }) => ({ severity: "error", path, says, fix: "Use Kratos v26.2.0 or newer." }));
}
