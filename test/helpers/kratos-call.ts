/** What Kratos answered, unread. */
export interface KratosAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the flow's JSON is large, and each test reads two fields of it.
  body: any;
}

/** Begins a flow of the native API; answers with the URL that its form is posted to. */
export async function startFlow(
  publicUrl: string,
  kind: string,
  query: Record<string, string> = {},
  token?: string,
): Promise<string> {
  const search = new URLSearchParams(query);
  const answer = await call("GET", `${publicUrl}/self-service/${kind}/api?${search}`, undefined, token);
  if (answer.status !== 200) throw unexpected(answer);
  return answer.body.ui.action;
}

/** One request to Kratos, as an app makes it. */
export async function call(method: string, url: string, body?: object, token?: string): Promise<KratosAnswer> {
  const headers = {
    accept: "application/json",
    ...(body && { "content-type": "application/json" }),
    ...(token && { "x-session-token": token }),
  };
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(url, { method, headers, signal, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() };
}

/** Rejects any other answer than this one. */
export function expectState(answer: KratosAnswer, status: number, state: string): void {
  if (answer.status !== status || answer.body.state !== state) throw unexpected(answer);
}

/** What Kratos wants the app to do next, by the action's name. */
// biome-ignore lint/suspicious/noExplicitAny: each action has its own fields.
export function continueWith(answer: KratosAnswer, action: string): any {
  const found = answer.body.continue_with?.find((step: { action: string }) => step.action === action);
  if (!found) throw unexpected(answer);
  return found;
}

/** An answer that a test did not expect, whole. */
export function unexpected(answer: KratosAnswer): Error {
  return new Error(`Kratos answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
