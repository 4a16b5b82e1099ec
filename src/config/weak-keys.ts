import type { Secret } from "../values/secret.ts";
import type { Finding } from "./rules.ts";
import type { FileValues } from "./schema.ts";

const MIN_LENGTH = 16;
/** Hexadecimal digits drawn by chance have 10 different ones among 16, and hardly ever less than 6. */
const MIN_DIFFERENT = 6;

/** What examples and habits write where a key should be. */
const KNOWN_TO_ALL = /change[-_ ]?me|development-only|insecure|not-secure|your[-_ ].*key|^(.{1,8})\1+$/i;
const RUNS = ["0123456789".repeat(7), "1234567890".repeat(7), "abcdefghijklmnopqrstuvwxyz".repeat(3)];

/** The keys and secrets that somebody could guess; none of them is ever said. */
export function findWeakKeys({ auth, admin, secret, inbox }: FileValues): Finding[] {
  const keysOf = (list: typeof auth, name: string) =>
    (list?.keys ?? []).map((key, index) => ({ path: [name, "keys", index, "secret"], secret: key.secret }));
  const all: { path: (string | number)[]; secret: Secret | undefined }[] = [
    ...keysOf(auth, "auth"),
    ...keysOf(admin, "admin"),
    { path: ["secret"], secret },
    ...(inbox.besideLive ? [{ path: ["inbox", "token"], secret: inbox.token }] : []),
  ];
  return all.flatMap(({ path, secret: one }) => {
    const weakness = one && weaknessOf(one.reveal());
    return weakness ? [{ path, message: `${weakness}; openssl rand -hex 32 makes one that nobody guesses` }] : [];
  });
}

function weaknessOf(key: string): string | undefined {
  if (key.length < MIN_LENGTH) return `is shorter than ${MIN_LENGTH} characters`;
  const isObvious = KNOWN_TO_ALL.test(key) || RUNS.some((run) => run.includes(key.toLowerCase()));
  return isObvious || new Set(key).size < MIN_DIFFERENT ? "is easy to guess" : undefined;
}
