import type { Message } from "../client/client.ts";

/** One message as one line: `12:04:31  +12025550143  login_code_valid  482913  captured`. */
export function messageLine({ receivedAt, to, template, code = "-", outcome, reason, repeatCount }: Message): string {
  const again = repeatCount > 0 ? `, came ${repeatCount + 1} times` : "";
  const end = `${outcome}${reason ? `: ${reason}` : ""}${again}`;
  return [receivedAt.slice(11, 19), to.padEnd(16), template.padEnd(24), code.padEnd(8), end].join("  ").concat("\n");
}
