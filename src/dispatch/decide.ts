import { type DestinationPolicy, refuseDestination } from "../guard/destinations.ts";
import { chooseRoute, type Route } from "../routing/match.ts";
import type { Decision, Money, Plan } from "../sms/decision.ts";
import type { Country } from "../sms/e164.ts";
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
  /** What so many segments cost with the account of this name; undefined without prices. */
  cost?(provider: string, country: Country, segments: number): Money | undefined;
}

/** Destinations, route and text of a message; pure, so that live, `explain` and the inbox decide alike. */
export function decide(rules: Rules, message: Message): Decision {
  const text = renderText(rules.catalog, message);
  const refused = refuseDestination(rules.destinations, message);
  const { route, passedOver } = refused ? { passedOver: [] } : chooseRoute(rules.routes, message);
  const sms = { to: message.to, country: message.country, text };
  const segments = countSegments(text);
  const candidate = (provider: string) => {
    const cost = rules.cost?.(provider, message.country, segments.count);
    return { provider, plan: rules.plan(provider, sms), ...(cost && { cost }) };
  };
  return {
    ...(refused && { refusedBecause: refused }),
    ...(!refused && !route && { refusedBecause: "no route matches" }),
    ...(route && { route: route.name }),
    passedOver,
    candidates: (route?.chain ?? []).map(candidate),
    text,
    segments,
  };
}
