/** One request to Kratos and what came back, as `--steps` shows it. */
export interface Step {
  method: string;
  url: string;
  /** The session token that went along as `X-Session-Token`. */
  token?: string | undefined;
  request?: object | undefined;
  status: number;
  response: unknown;
}

/** What Kratos answered, unread. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the JSON is large, and read-answer.ts reads a few fields of it.
  body: any;
}

/** Kratos' public API, for an app: JSON in and out, no cookies, no CSRF token. */
export interface Kratos {
  call(method: "GET" | "POST" | "DELETE", url: string, body?: object, token?: string): Promise<Answer>;
}

const TIMEOUT_MS = 30_000;

/** Talks to the Kratos at this URL and tells of every request. */
export function createKratos(publicUrl: string, tell: (step: Step) => void = () => {}): Kratos {
  return {
    async call(method, path, request, token) {
      const url = new URL(path, publicUrl).href;
      const response = await fetch(url, {
        method,
        headers: {
          Accept: "application/json",
          ...(request && { "Content-Type": "application/json" }),
          ...(token && { "X-Session-Token": token }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(request && { body: JSON.stringify(request) }),
      }).catch((error: unknown) => {
        throw new Error(`nothing answers at ${publicUrl}; is Kratos running?`, { cause: error });
      });
      const body = readJson(await response.text());
      tell({ method, url, token, request, status: response.status, response: body });
      return { status: response.status, body };
    },
  };
}

function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("this is no Kratos: it answered something else than JSON");
  }
}
