// Posts messages as Kratos does: each to a number and with a code of its own.
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { API_KEY } from "./contenders.mjs";

let count = 0;

function nextMessage() {
  count += 1;
  // 7919 and 100000 have no common divisor: a hundred thousand messages go to as many numbers.
  const recipient = `+4915735${String((count * 7_919) % 100_000).padStart(5, "0")}0`;
  const code = String(100_000 + ((count * 611_953) % 900_000));
  return JSON.stringify({
    recipient,
    body: `Your login code is: ${code}\n\nIt expires in 10 minutes.\n`,
    template_type: "login_code_valid",
    template_data: {
      login_code: code,
      expires_in_minutes: 10,
      request_url: "http://127.0.0.1:4433/self-service/login",
    },
    message_type: "sms",
    request_headers: { "Accept-Language": ["de-DE,de;q=0.9,en;q=0.8"], "User-Agent": ["Mozilla/5.0"] },
  });
}

const HEADERS = { "content-type": "application/json", "x-api-key": API_KEY };

/** A poster with so many connections; `post` answers the status, 0 when there was none. */
export function createPoster(url, connections) {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const post = async () => {
    try {
      const request = { path: "/courier/sms", method: "POST", headers: HEADERS, body: nextMessage() };
      const { statusCode, body } = await pool.request(request);
      await body.dump();
      return statusCode;
    } catch {
      return 0;
    }
  };
  return { post, close: () => pool.destroy() };
}

/** So many messages from so many callers, as fast as they get answers. */
export async function warmUp({ post }, callers, messages) {
  let left = messages;
  const call = async () => {
    while (left-- > 0) await post();
  };
  await Promise.all(Array.from({ length: callers }, call));
}

/** As fast as so many callers get answers; how many messages were taken, and in how many seconds. */
export async function closedLoop({ post }, callers, ms) {
  const startedMs = performance.now();
  let taken = 0;
  let refused = 0;
  const call = async () => {
    while (performance.now() - startedMs < ms) {
      if ((await post()) === 200) taken += 1;
      else refused += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { taken, refused, seconds: (performance.now() - startedMs) / 1_000 };
}

/** So many messages a second whatever the answers do; milliseconds from the moment each was due. */
export async function openLoop({ post }, perSecond, ms) {
  const startedMs = performance.now();
  const answered = [];
  const latencies = [];
  const total = Math.round((perSecond * ms) / 1_000);
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) * perSecond) / 1_000));
    for (; sent < due; sent++) {
      const dueMs = startedMs + (sent * 1_000) / perSecond;
      answered.push(post().then((status) => latencies.push(status === 200 ? performance.now() - dueMs : Infinity)));
    }
    await pause(1);
  }
  await Promise.all(answered);
  return latencies.sort((a, b) => a - b);
}
