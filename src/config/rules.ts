import { namesOf } from "../routing/order.ts";
import type { Problem } from "./problems.ts";
import type { FileValues } from "./schema.ts";
import { findWeakKeys } from "./weak-keys.ts";

/** Something that a schema cannot see: keys that must agree with each other, or that live mode demands. */
export interface Finding {
  path: (string | number)[];
  message: string;
}

const NOT_YET = ["publicUrl"] as const;

/** Mistakes in any mode. */
export function findMistakes(values: FileValues): Finding[] {
  return [
    ...chainMistakes(values),
    ...blindInboxes(values),
    ...routeNameMistakes(values),
    ...inboxMistakes(values),
    ...pumpingMistakes(values),
    ...demand(
      values.store.type === "memory" || values.secret,
      ["store", "type"],
      "a shared store needs secret (GATEWAY_SECRET), the same for all replicas: it makes the keys there",
    ),
  ];
}

/** What live mode demands beyond that. */
export function findLiveMistakes(values: FileValues): Finding[] {
  return [
    ...demand(values.auth, ["auth"], "live mode needs a key for Kratos: auth: { keys: [{ id: kratos, secret: … }] }"),
    ...demand(Object.keys(values.providers).length > 0, ["providers"], "live mode needs at least one provider"),
    ...demand(
      values.destinations.countries,
      ["destinations"],
      "live mode needs destinations.countries: where messages may go",
    ),
    ...inboxesForPeople(values),
    ...withoutEffect(values).map(({ path }) => ({
      path,
      message: "has no effect in this version; remove it, or stay in dev mode",
    })),
  ];
}

/** What an operator should know though it works. */
export function findWarnings(values: FileValues): Finding[] {
  const used = new Set((values.routes ?? []).flatMap(({ chain }) => namesOf(chain).map(({ name }) => name)));
  const unused = values.routes ? Object.keys(values.providers).filter((name) => !used.has(name)) : [];
  const catchAll = values.routes?.some((route) => Object.keys(route.match ?? {}).length === 0) ?? true;
  return [
    ...unused.map((name) => ({ path: ["providers", name], message: "stands in no chain and will never be used" })),
    ...demand(catchAll, ["routes"], "no route matches everything; messages that match none are rejected"),
    ...unreachableRoutes(values),
    ...forgetfulShares(values),
    ...(values.mode === "live"
      ? [...findWeakKeys(values), ...unlimited(values), ...unwatched(values), ...emptyInbox(values)]
      : []),
    ...(values.mode === "dev"
      ? withoutEffect(values).map(({ path }) => ({ path, message: "has no effect in this version" }))
      : []),
    ...demand(
      values.mode === "live" || values.store.type === "memory",
      ["store", "type"],
      "dev mode keeps everything in memory; the shared store is not asked",
    ),
  ];
}

/** Findings as problems with their places. */
export function placeFindings(findings: Finding[], locate: (path: readonly PropertyKey[]) => string): Problem[] {
  return findings.map(({ path, message }) => ({ place: locate(path), path: path.join("."), message }));
}

/** Anybody can make a public sign-up form send: what is not limited is limited by the bill. */
function unlimited({ limits, spend }: FileValues): Finding[] {
  const off = [
    ...(limits.perBlock.length === 0 ? ["limits.perBlock"] : []),
    ...(Object.keys(limits.perCountry).length === 0 ? ["limits.perCountry"] : []),
    ...(limits.total.length === 0 ? ["limits.total"] : []),
    ...(limits.perClientIp ? [] : ["limits.perClientIp"]),
    ...(spend ? [] : ["spend"]),
  ];
  const message = `${off.join(", ")}: not set, so nothing but the limit per number stops somebody who pumps messages`;
  return off.length > 0 ? [{ path: ["limits"], message }] : [];
}

function unwatched({ pumping }: FileValues): Finding[] {
  const message = "is off, so nobody is told of somebody who pumps messages that way";
  const rules = ["sequentialNumbers", "countryBurst", "clientIp"] as const;
  return rules
    .filter((rule) => pumping[rule].onAlarm === "off")
    .map((rule) => ({ path: ["pumping", rule, "onAlarm"], message }));
}

/** The secret decides who goes where; without one, each process makes its own. */
function forgetfulShares({ routes = [], secret }: FileValues): Finding[] {
  if (secret) return [];
  const message = "is shared by numbers, and without secret (GATEWAY_SECRET) every restart deals them out anew";
  return routes.flatMap(({ chain }, route) =>
    chain.flatMap((place, index) =>
      typeof place === "string" ? [] : [{ path: ["routes", route, "chain", index], message }],
    ),
  );
}

/** The first match wins: nothing gets past a route that matches everything. */
function unreachableRoutes({ routes = [] }: FileValues): Finding[] {
  const catchAll = routes.findIndex((route) => Object.keys(route.match ?? {}).length === 0);
  if (catchAll === -1) return [];
  const message = `is never reached: ${routes[catchAll]?.name} before it matches everything`;
  return routes.slice(catchAll + 1).map((_, index) => ({ path: ["routes", catchAll + 1 + index], message }));
}

function withoutEffect(values: FileValues): { path: (string | number)[] }[] {
  const delivering = (values.routes ?? []).flatMap(({ deliverWithin }, index) =>
    deliverWithin === undefined ? [] : [index],
  );
  return [
    ...NOT_YET.filter((key) => values[key] !== undefined).map((key) => ({ path: [key] })),
    ...delivering.map((index) => ({ path: ["routes", index, "deliverWithin"] })),
  ];
}

function chainMistakes({ routes = [], providers }: FileValues): Finding[] {
  const names = Object.keys(providers);
  return routes.flatMap(({ chain }, route) =>
    namesOf(chain).flatMap(({ name, path: place }, index, all) => {
      const path = ["routes", route, "chain", ...place];
      if (!names.includes(name))
        return [{ path, message: `there is no provider ${name}; there are ${names.join(", ") || "none"}` }];
      const first = all.findIndex((other) => other.name === name);
      return first < index ? [{ path, message: `${name} stands in this chain already` }] : [];
    }),
  );
}

/** A code that only an inbox nobody opens would show is a login that silently fails. */
function blindInboxes({ providers, mode, inbox }: FileValues): Finding[] {
  if (mode !== "live" || inbox.besideLive) return [];
  const message = "is an inbox, which live mode opens only with inbox.besideLive: true";
  return inboxNames(providers).map((name) => ({ path: ["providers", name], message }));
}

/** A person whose message came to an inbox would wait for it for ever: only for numbers that are nobody's phone. */
function inboxesForPeople({ routes, providers, destinations: { exempt = [] } }: FileValues): Finding[] {
  const inboxes = inboxNames(providers);
  if (!routes) return inboxes.map((name) => ({ path: ["providers", name], message: NO_ROUTES }));
  return routes.flatMap(({ chain, match }, route) => {
    const keeper = namesOf(chain).find(({ name }) => inboxes.includes(name));
    if (!keeper) return [];
    if (!match?.recipient) return [{ path: ["routes", route, "chain", ...keeper.path], message: NO_RECIPIENT }];
    const path = ["routes", route, "match", "recipient"];
    const message = `is not in destinations.exempt, and ${keeper.name} in this route's chain would keep its codes; ${KEEP_OUT}`;
    return match.recipient.flatMap((number, index) =>
      exempt.includes(number) ? [] : [{ path: [...path, index], message }],
    );
  });
}

const KEEP_OUT = "an inbox stands only where match.recipient lists exempt numbers alone";
const NO_ROUTES = `is an inbox, and without routes it stands in everybody's chain; add routes: ${KEEP_OUT}`;
const NO_RECIPIENT = `is an inbox, which would keep people's codes: take it out, or add match.recipient; ${KEEP_OUT}`;

function inboxNames(providers: FileValues["providers"]): string[] {
  return Object.keys(providers).filter((name) => providers[name]?.type === "inbox");
}

/** Beside live mode the inbox hides what is for people. */
function emptyInbox({ inbox, routes = [], providers }: FileValues): Finding[] {
  const inboxes = inboxNames(providers);
  const isUsed = routes.some(({ chain }) => namesOf(chain).some(({ name }) => inboxes.includes(name)));
  const message = "shows no code: no route's chain names a provider of type inbox, for exempt numbers";
  return inbox.besideLive && !isUsed ? [{ path: ["inbox", "besideLive"], message }] : [];
}

function routeNameMistakes({ routes = [] }: FileValues): Finding[] {
  const names = routes.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [{ path: ["routes", index, "name"], message: `there is another route ${name}` }] : [],
  );
}

function inboxMistakes({ inbox, mode }: FileValues): Finding[] {
  const opens = mode === "dev" || inbox.besideLive;
  const isWide = inbox.host !== undefined && !["127.0.0.1", "::1", "localhost"].includes(inbox.host);
  if (!opens || !isWide || inbox.token) return [];
  return [
    {
      path: ["inbox", "host"],
      message: "an inbox bound wider than loopback needs inbox.token (INBOX_TOKEN): it shows every code",
    },
  ];
}

/** There is one header to read, and a rule that is to stop messages must have one. */
function pumpingMistakes({ pumping: { clientIp }, limits: { perClientIp } }: FileValues): Finding[] {
  const { header = perClientIp?.header, onAlarm } = clientIp;
  const isSame = !perClientIp || header?.toLowerCase() === perClientIp.header.toLowerCase();
  return [
    ...demand(isSame, ["pumping", "clientIp", "header"], `limits.perClientIp.header names another one`),
    ...demand(
      header !== undefined || onAlarm !== "suppress",
      ["pumping", "clientIp"],
      "needs the header that holds the person's address: header, or limits.perClientIp.header",
    ),
  ];
}

function demand(present: unknown, path: string[], message: string): Finding[] {
  return present ? [] : [{ path, message }];
}
