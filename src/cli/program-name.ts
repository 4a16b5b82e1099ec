import type { Environment } from "../config/variables.ts";

const PACKAGE = "kratos-sms-gateway";

/** What a person types before a command's name to call this program again: hints are there to be pasted. */
export function programName(environment: Environment): string {
  const { npm_lifecycle_event: script, npm_package_name: owner } = environment;
  if (script === "npx") return `npx ${PACKAGE}`;
  // A script of somebody else's package, which calls the installed program, is none of ours.
  return script !== undefined && owner === PACKAGE ? "npm run -s cli --" : PACKAGE;
}
