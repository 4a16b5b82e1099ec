import { z } from "zod";

const WEIGHT = "a weight is a whole number, 0 or more";

/** Written as a number, or as a text when a variable holds it. */
const weight = z
  .union([z.int(), z.string().regex(/^\d+$/).transform(Number)], { error: WEIGHT })
  .refine((value) => value >= 0, WEIGHT)
  .meta({ title: "weight" });

const shares = z
  .record(z.string().min(1).meta({ title: "provider" }), weight)
  .refine((weights) => Object.keys(weights).length > 1, "only two or more share a place: write one by its name alone")
  .refine((weights) => Object.values(weights).some((value) => value > 0), "at least one weight must be above 0");

/** `chain:` of a route: names of providers, first choice first; a place may be shared, as in `{ a: 90, b: 10 }`. */
export const chainOptions = z
  .array(
    z.union([z.string().min(1).meta({ title: "provider" }), shares], {
      error: "takes a provider's name, or two or more with their weights: { a: 90, b: 10 }",
    }),
  )
  .min(1, "a chain names at least one provider")
  .describe("Who is asked, first choice first; two or more share a place by their weights: `{ a: 90, b: 10 }`.");

/** A chain as it is configured. */
export type Chain = z.infer<typeof chainOptions>;

/** One provider of a chain that has been put in order. */
export interface Ordered {
  provider: string;
  /** Of how many numbers it is the first at its place, from 0 to 1; absent for a place of its own. */
  share?: number | undefined;
}

/** What an order may depend on beside the chain. */
export interface OrderHints {
  /** A number above 0 and below 1 that belongs to this provider and the message's recipient for good. */
  lot(provider: string): number;
}

/**
 * The chain in the order in which it is tried. At a shared place the recipient's lots decide who comes first, and the
 * others follow before the next place, so that each takes over for its neighbours. With other weights only those move who
 * must: from a provider whose share shrinks to one whose share grows.
 *
 * @see https://en.wikipedia.org/wiki/Rendezvous_hashing#Weighted_rendezvous_hash
 */
export function orderChain(chain: Chain, hints: OrderHints): Ordered[] {
  const ordered: Ordered[] = [];
  for (const place of chain) {
    if (typeof place === "string") ordered.push({ provider: place, share: undefined });
    else ordered.push(...orderPlace(place, hints));
  }
  return ordered;
}

/** Every provider of a chain, with the place where it stands. */
export function namesOf(chain: Chain): { name: string; path: (string | number)[] }[] {
  return chain.flatMap((place, index) =>
    typeof place === "string"
      ? [{ name: place, path: [index] }]
      : Object.keys(place).map((name) => ({ name, path: [index, name] })),
  );
}

function orderPlace(weights: Readonly<Record<string, number>>, { lot }: OrderHints): Ordered[] {
  const sum = Object.values(weights).reduce((total, value) => total + value, 0);
  return Object.entries(weights)
    .map(([provider, value]) => ({ provider, share: value / sum, wait: -Math.log(lot(provider)) / value }))
    .sort((a, b) => a.wait - b.wait || 0)
    .map(({ provider, share }) => ({ provider, share }));
}
