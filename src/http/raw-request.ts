const CREDENTIALS = new Set(["authorization", "x-api-key", "cookie", "proxy-authorization"]);

/** A request's headers for the inbox, with every credential masked. */
export function maskedHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, CREDENTIALS.has(name) ? "[masked]" : value]));
}
