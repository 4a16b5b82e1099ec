import type { Account } from "./dispatch/failover.ts";

/** Who works with which accounts: one that nobody has any more, and through which nothing is under way, is closed. */
export interface Lodging {
  /** Work with these accounts begins; call the answer when it has ended. */
  enter(accounts: Accounts): () => void;
}

type Accounts = ReadonlyMap<string, Account>;

/** Keeps books over accounts that share providers. */
export function createLodging(): Lodging {
  const guests = new Map<Accounts, number>();

  function leave(accounts: Accounts): void {
    const left = (guests.get(accounts) ?? 0) - 1;
    guests.set(accounts, left);
    if (left > 0) return;
    guests.delete(accounts);
    const used = new Set([...guests.keys()].flatMap((others) => [...others.values()].map(({ provider }) => provider)));
    for (const { provider } of accounts.values()) if (!used.has(provider)) provider.close?.();
  }

  return {
    enter(accounts) {
      guests.set(accounts, (guests.get(accounts) ?? 0) + 1);
      return () => leave(accounts);
    },
  };
}
