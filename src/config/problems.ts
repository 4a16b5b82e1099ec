/** One thing wrong with the configuration: where it stands, what is wrong, and the way out. */
export interface Problem {
  /** `gateway.yaml:12:5` or the name of an environment variable. */
  place: string;
  /** The key, such as `providers.twilio-main.authToken`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** One line for a person. */
export function printProblem({ place, path, message }: Problem): string {
  return [place, path && `${path}:`, message].filter(Boolean).join(" ");
}
