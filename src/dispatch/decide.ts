import { type DestinationPolicy, refuseDestination } from "../guard/destinations.ts";
import { chooseRoute, type Route } from "../routing/match.ts";
import { type Ordered, orderChain } from "../routing/order.ts";
import type { Decision, Money, Plan } from "../sms/decision.ts";
import type { Country, E164 } from "../sms/e164.ts";
import type { Message } from "../sms/message.ts";
import { countSegments } from "../sms/segments.ts";
import type { Catalog } from "../templates/catalog.ts";
import { renderText } from "../templates/render.ts";

/** What a decision is made from; all of it configuration. */
export interface Rules {
  destinations: DestinationPolicy;
  routes: readonly Route[];
  catalog: Catalog;
  /** What the account of this name would do; every name of every chain has one. */
  plan(provider: string, sms: Pick<Message, "to" | "country" | "text">): Plan;
  /** What so many segments cost with the account of this name; absent without prices, and where nobody looks at it. */
  cost?(provider: string, country: Country, segments: number): Money;
  /** A number above 0 and below 1 that belongs to provider and recipient for good: who comes first at a shared place. */
  lot(provider: string, to: E164): number;
}

/** Destinations, route and text of a message; pure, so that live, `explain` and the inbox decide alike. */
export function decide(rules: Rules, message: Message): Decision {
  const text = renderText(rules.catalog, message);
  const refused = refuseDestination(rules.destinations, message);
  const { route, passedOver } = refused ? { passedOver: [] } : chooseRoute(rules.routes, message);
  const sms = { to: message.to, country: message.country, text };
  const segments = countSegments(text);
  const candidate = ({ provider, share }: Ordered) => {
    const cost = rules.cost?.(provider, message.country, segments.count);
    return { provider, share, plan: rules.plan(provider, sms), cost };
  };
  const hints = { lot: (provider: string) => rules.lot(provider, message.to) };
  return {
    refusedBecause: refused ?? (route ? undefined : "no route matches"),
    route: route?.name,
    passedOver,
    candidates: orderChain(route?.chain ?? [], hints).map(candidate),
    text,
    segments,
  };
}
