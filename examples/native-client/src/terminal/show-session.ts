import { note } from "@clack/prompts";
import type { Session } from "../read-answer.ts";

/** Shows who is signed in, and how sure Kratos is of it. */
export function showSession({ identity, authenticator_assurance_level, authentication_methods }: Session): void {
  const addresses = identity.verifiable_addresses ?? [];
  const verified = (value: unknown) => {
    const address = addresses.find((candidate) => candidate.value === value);
    return address === undefined ? "" : address.verified ? "  (verified)" : "  (not verified)";
  };
  const methods = authentication_methods.map(({ method }) => method).join(" + ");
  const rows = [
    ...Object.entries(identity.traits).map(([trait, value]) => [trait, `${value}${verified(value)}`]),
    ["signed in by", `${methods}  (${authenticator_assurance_level})`],
    ["identity", identity.id],
  ];
  note(rows.map(([name = "", value]) => `${name.padEnd(13)} ${value}`).join("\n"), "Signed in");
}
