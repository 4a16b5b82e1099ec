import { z } from "zod";
import { countryOption } from "../sms/country.ts";
import type { Country, E164 } from "../sms/e164.ts";
import { durationOption } from "../values/options.ts";
import { chainOptions } from "./order.ts";

const list = z.array(z.string().min(1)).min(1);

/** One entry of `routes:`; a criterion that is left out matches everything. */
export const routeOptions = z.strictObject({
  name: z.string().min(1).describe("The route's name, as log, inbox and `explain` say it."),
  match: z
    .strictObject({
      country: z.array(countryOption).min(1, "names no country").optional().describe("The number's country."),
      template: list.optional().describe("Kratos' name of the message, such as `login_code_valid`."),
      prefix: z
        .array(z.string().regex(/^\+\d{1,15}$/, "a prefix is + and digits, such as +4915"))
        .min(1)
        .optional()
        .describe("How the number begins, such as +4915."),
      recipient: z
        .array(z.string().regex(/^\+\d{7,15}$/, "a recipient is a whole number, such as +4915735990123"))
        .min(1)
        .optional()
        .describe("The whole number, such as +4915735990123."),
    })
    .optional()
    .describe("What a message must be like, in every criterion; left out, every message matches."),
  chain: chainOptions,
  deliverWithin: durationOption
    .optional()
    .describe("Has no effect in this version, and is refused in live mode: there are no delivery receipts yet."),
});

/** A rule that sends some messages along a chain of providers. */
export type Route = z.infer<typeof routeOptions>;

/** What of a message a route may look at. */
export interface RouteSubject {
  to: E164;
  country: Country;
  template: string;
}

/** The first route that matches, and why those before it do not, in words that repeat no number. */
export interface RouteChoice {
  route?: Route;
  passedOver: { route: string; because: string }[];
}

/** Looks along the routes for the first that matches. */
export function chooseRoute(routes: readonly Route[], subject: RouteSubject): RouteChoice {
  const passedOver: RouteChoice["passedOver"] = [];
  for (const route of routes) {
    const because = mismatch(route, subject);
    if (because === undefined) return { route, passedOver };
    passedOver.push({ route: route.name, because });
  }
  return { passedOver };
}

function mismatch(route: Route, subject: RouteSubject): string | undefined {
  const { country, template, prefix, recipient } = route.match ?? {};
  if (country && !country.includes(subject.country))
    return `country ${subject.country} is not in ${country.join(", ")}`;
  if (template && !template.includes(subject.template))
    return `template ${subject.template} is not in ${template.join(", ")}`;
  if (prefix && !prefix.some((start) => subject.to.startsWith(start)))
    return `the number has none of the prefixes ${prefix.join(", ")}`;
  if (recipient && !recipient.includes(subject.to)) return "the number is not one of its recipients";
  return undefined;
}
