import type { Clock } from "../values/clock.ts";

/** AWS keys, with the moment they end when they are not for ever. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Keys at hand, renewed ahead of time and never while a message waits. */
export interface KeptCredentials {
  /** For the SDK: answers at once, marked so that the SDK asks every time. */
  provider: (() => Promise<Credentials>) & { memoized: true };
  /** Ends the renewal. */
  close(): void;
}

/** Loads credentials now and again before they expire; throws with a plain sentence when there are none. */
export async function keepCredentials(
  name: string,
  load: (options?: { forceRefresh?: boolean }) => Promise<Credentials>,
  clock: Clock,
): Promise<KeptCredentials> {
  const held = { credentials: await firstCredentials(name, load) };
  const ended = new AbortController();
  const renew = () => load({ forceRefresh: true });
  void renewAhead(held, renew, clock, ended.signal);
  return {
    provider: Object.assign(async () => held.credentials, { memoized: true as const }),
    close: () => ended.abort(),
  };
}

async function firstCredentials(name: string, load: () => Promise<Credentials>): Promise<Credentials> {
  try {
    return await load();
  } catch {
    // The SDK's own message names files and profiles of the machine.
    throw new Error(
      `${name}: AWS gave no credentials: set accessKeyId and secretAccessKey, or check the default chain`,
    );
  }
}

const AHEAD_MS = 5 * 60_000;
const RETRY_MS = 30_000;
const DAY_MS = 24 * 60 * 60_000;

/** AWS puts new keys where it keeps them at least five minutes before the old ones end. */
async function renewAhead(
  held: { credentials: Credentials },
  renew: () => Promise<Credentials>,
  clock: Clock,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted && held.credentials.expiration !== undefined) {
    const dueMs = held.credentials.expiration.getTime() - AHEAD_MS - clock.wallMs();
    await clock.sleep(Math.min(DAY_MS, Math.max(RETRY_MS, dueMs)), ended);
    if (!ended.aborted) held.credentials = await renew().catch(() => held.credentials);
  }
}
