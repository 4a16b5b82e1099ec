/**
 * An error answer as problem details; `extra` may carry the `outcome` and whatever else helps the caller.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problem(
  status: number,
  title: string,
  detail: string,
  extra: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify({ status, title, detail, ...extra }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
