import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** How a release of Kratos treats one dispatch. */
export type RetryModel = "26.2" | "25.4";

/** One request that the double made. */
export interface Post {
  /** Absent when no answer came. */
  status?: number;
  outcome?: string;
  messageId?: string;
  /** The head of the answer, and the body of an error. */
  raw?: string;
  tookMs: number;
}

/** One row of Kratos' courier_messages table. */
export interface CourierMessage {
  to: string;
  code: string;
  text: string;
  template: string;
  status: "queued" | "processing" | "sent" | "abandoned";
  sendCount: number;
  posts: Post[];
  /** From the first request to the end. */
  tookMs: number;
}

/** How the double differs from Kratos' defaults. */
export interface KratosDoubleOptions {
  /** The webhook; asked before each request, so that a gateway may come back elsewhere. */
  url: () => string;
  apiKey: string;
  model?: RetryModel;
  /** More than one race for the same rows, since Kratos takes them without locks. */
  workers?: number;
  messageRetries?: number;
  /** How long a second of Kratos' waits lasts here; time-outs stay as they are. */
  secondMs?: number;
  timeoutMs?: number;
}

/** A double of Kratos' courier. */
export interface KratosDouble {
  queue(message: Pick<CourierMessage, "to" | "code"> & { template?: string; text?: string }): CourierMessage;
  /** Works until every message is sent or abandoned. */
  work(): Promise<CourierMessage[]>;
  /** Ends at once, whatever is still queued. */
  close(): void;
}

const PULL_COUNT = 10;
const MODELS: Record<RetryModel, { timeoutMs: number; waitsS: number[] }> = {
  "26.2": { timeoutMs: 10_000, waitsS: [] },
  "25.4": { timeoutMs: 30_000, waitsS: [1, 2] },
};

/** A courier with one queue; its rows are what `queue` put there. */
export function createKratosDouble(options: KratosDoubleOptions): KratosDouble {
  const { workers = 1, messageRetries = 5, secondMs = 50, model = "26.2" } = options;
  // Go's client keeps as many idle connections to one host.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2 });
  const { waitsS } = MODELS[model];
  const timeoutMs = options.timeoutMs ?? MODELS[model].timeoutMs;
  const rows: CourierMessage[] = [];

  /** One dispatch: a request, and with the older client two more. */
  async function dispatch(row: CourierMessage): Promise<boolean> {
    for (const waitS of [...waitsS, undefined]) {
      const { post, retryAfterS } = await postOnce(options.url(), options.apiKey, row, agent, timeoutMs);
      row.posts.push(post);
      const { status } = post;
      if (status !== undefined && status >= 200 && status < 300) return true;
      const isRepeated = status === undefined || status === 429 || (status >= 500 && status !== 501);
      if (waitS === undefined || !isRepeated) return false;
      await pause((retryAfterS ?? waitS) * secondMs);
    }
    return false;
  }

  async function runBatch(): Promise<void> {
    const batch = rows.filter(({ status }) => status === "queued").slice(0, PULL_COUNT);
    // Read here, written later: without a lock a second worker reads the same rows in between.
    await pause(0);
    for (const row of batch) row.status = "processing";
    for (const [index, row] of batch.entries()) {
      if (row.sendCount > messageRetries) row.status = "abandoned";
      else {
        row.sendCount += 1;
        const startedMs = performance.now();
        if (await dispatch(row)) row.status = "sent";
        else for (const later of batch.slice(index)) later.status = "queued";
        row.tookMs += performance.now() - startedMs;
      }
    }
  }

  let isClosed = false;
  const isOver = () => isClosed || rows.every(({ status }) => status === "sent" || status === "abandoned");
  async function runWorker(): Promise<void> {
    while (!isOver()) {
      await runBatch();
      await pause(secondMs);
    }
  }

  return {
    queue({ to, code, template = "login_code_valid", text = `Your login code is: ${code}\n` }) {
      const row: CourierMessage = { to, code, text, template, status: "queued", sendCount: 0, posts: [], tookMs: 0 };
      rows.push(row);
      return row;
    },
    async work() {
      await Promise.all(Array.from({ length: workers }, runWorker));
      return rows;
    },
    close() {
      isClosed = true;
      agent.destroy();
    },
  };
}

/** One request as Go's client makes it: no Accept, and the body of a 200 is neither read nor closed. */
export function postOnce(
  url: string,
  apiKey: string,
  { to, code, text, template }: Pick<CourierMessage, "to" | "code" | "text" | "template">,
  agent: Agent,
  timeoutMs: number,
): Promise<{ post: Post; retryAfterS?: number }> {
  const body = JSON.stringify({
    body: text,
    message_type: "sms",
    recipient: to,
    request_headers: {},
    subject: "",
    template_data: { expires_in_minutes: 10, login_code: code, to, transient_payload: {} },
    template_type: template,
  });
  const startedMs = performance.now();
  const tookMs = () => performance.now() - startedMs;
  return new Promise((resolve) => {
    const outgoing = request(`${url}/courier/sms`, { method: "POST", agent, headers: headers(apiKey, body) });
    const timer = setTimeout(() => outgoing.destroy(), timeoutMs);
    outgoing.on("error", () => {
      clearTimeout(timer);
      resolve({ post: { tookMs: tookMs() } });
    });
    outgoing.on("response", async (response) => {
      const { "retry-after": retryAfter, "content-length": length } = response.headers;
      const post = { ...readHead(response), tookMs: tookMs() };
      if (post.status >= 300) post.raw += await readBody(response);
      // A body that is neither read nor closed holds the connection until the timer ends it.
      if (post.status >= 300 || length === "0") clearTimeout(timer);
      if (length === "0") response.resume();
      resolve({ post, ...(retryAfter !== undefined && { retryAfterS: Number(retryAfter) }) });
    });
    outgoing.end(body);
  });
}

function headers(apiKey: string, body: string): Record<string, string | number> {
  return {
    "User-Agent": "Go-http-client/1.1",
    "Content-Length": Buffer.byteLength(body),
    "Content-Type": "application/json",
    "X-Api-Key": apiKey,
    "Accept-Encoding": "gzip",
  };
}

function readHead({ statusCode = 0, headers, rawHeaders }: IncomingMessage) {
  const [outcome, messageId] = [headers["x-outcome"], headers["x-message-id"]].map((value) => value?.toString());
  const known = { ...(outcome !== undefined && { outcome }), ...(messageId !== undefined && { messageId }) };
  return { status: statusCode, ...known, raw: JSON.stringify(rawHeaders) };
}

async function readBody(response: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of response) body += chunk;
  return body;
}
