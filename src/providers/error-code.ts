/** The code of a connection's or parser's error (`ECONNREFUSED`); its message may hold addresses and bytes. */
export function errorCode(error: unknown): string {
  // undici numbers its parser's errors and then fails to name them: `HPE_undefined`.
  if (error instanceof Error && error.name === "HTTPParserError") return "HTTP_PARSER";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z\d_]{1,64}$/.test(code) ? code : "UNKNOWN";
}
