import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { problem } from "../http/problem.ts";
import { sameText } from "../values/same-text.ts";
import type { Secret } from "../values/secret.ts";

/** Who may come in. */
export interface BrowserGuardOptions {
  /** Names beside localhost under which the inbox is called, without port. */
  allowedHosts: string[];
  /** Absent when anybody who reaches the listener may read it. */
  token?: Secret;
}

/**
 * Keeps other web sites out of the inbox: against DNS rebinding by the Host header, against cross-site requests by Origin and
 * Sec-Fetch-Site, against strangers by the token, against hostile texts by the answer's headers.
 */
export function browserGuard({ allowedHosts, token }: BrowserGuardOptions): MiddlewareHandler {
  const hosts = new Set([...LOCAL_HOSTS, ...allowedHosts.map(withoutPort)]);
  return async (c, next) => {
    const refusal = checkHost(c, hosts) ?? (token && checkToken(c, token)) ?? checkOrigin(c);
    if (refusal) c.res = refusal;
    else await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  };
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, "");
}

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

function checkHost(c: Context, hosts: Set<string>): Response | undefined {
  const name = withoutPort(c.req.header("host") ?? "");
  if (hosts.has(name)) return undefined;
  return problem(421, "Unknown host", "Call the inbox as localhost, or name this host in INBOX_ALLOWED_HOSTS.");
}

/** Whatever changes something, hands something out once or stays open is for this page and for tools, not for other sites. */
function checkOrigin(c: Context): Response | undefined {
  const read = c.req.method === "GET" || c.req.method === "HEAD";
  if (read && !/^\/api\/(events|codes)\b/.test(c.req.path)) return undefined;
  const site = c.req.header("sec-fetch-site") ?? "none";
  const origin = c.req.header("origin");
  if (OWN_SITES.has(site) && (origin === undefined || hostOf(origin) === c.req.header("host")?.toLowerCase()))
    return undefined;
  return problem(
    403,
    "Foreign origin",
    "Another web site may not do this; call it from the inbox page or from a program.",
  );
}

const OWN_SITES = new Set(["same-origin", "none"]);

function hostOf(origin: string): string | undefined {
  return /^https?:\/\//.test(origin) && URL.canParse(origin) ? new URL(origin).host : undefined;
}

const COOKIE = "kratos_sms_inbox";

function checkToken(c: Context, token: Secret): Response | undefined {
  const presented = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (presented !== undefined && sameText(presented, token.reveal())) return undefined;
  if (sameText(getCookie(c, COOKIE) ?? "", cookieValue(token))) return withoutToken(c);
  const once = c.req.method === "GET" ? c.req.query("token") : undefined;
  if (once !== undefined && sameText(once, token.reveal())) {
    setCookie(c, COOKIE, cookieValue(token), { httpOnly: true, sameSite: "Strict", path: "/" });
    return c.redirect(cleanPath(c), 303);
  }
  const detail = "Open the page once with ?token=<INBOX_TOKEN>, or send Authorization: Bearer <INBOX_TOKEN>.";
  return problem(401, "Token needed", detail, {}, { "WWW-Authenticate": 'Bearer realm="inbox"' });
}

/** A token in the address would stay in the browser's history: it leaves the address even when it is no longer needed. */
function withoutToken(c: Context): Response | undefined {
  return c.req.method === "GET" && c.req.query("token") !== undefined ? c.redirect(cleanPath(c), 303) : undefined;
}

function cleanPath(c: Context): string {
  const url = new URL(c.req.url);
  url.searchParams.delete("token");
  // A path such as //evil.test would lead the redirect to another site.
  return `/${url.pathname.replace(/^[/\\]+/, "")}${url.search}`;
}

/** Cookies are shared by all ports of a host: what lies in it must not be the token itself. */
function cookieValue(token: Secret): string {
  return createHash("sha256").update(`inbox cookie ${token.reveal()}`).digest("base64url");
}
