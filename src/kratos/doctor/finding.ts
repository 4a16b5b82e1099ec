/** How bad it is: messages are lost; something will hurt; it could be better. */
export type Severity = "error" | "warning" | "advice";

/** One thing about a Kratos configuration that its owner should know. */
export interface Finding {
  severity: Severity;
  /** `kratos.yml:12:5`, or the environment variable that says so. */
  place: string;
  /** Such as `courier.channels.0.type`. */
  path: string;
  /** What happens because of it, in one sentence; no secret ever. */
  says: string;
  /** What to write instead. */
  fix?: string;
}

/** What a check says of one path; its place is found for it. */
export type Remark = Omit<Finding, "place" | "fix"> & {
  /** A function of how this program is called here when it names one of its commands. */
  fix?: string | ((program: string) => string);
};
