import { Agent, request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { FREE_LISTENERS, startFromYaml, type TestApp } from "../helpers/running-app.ts";

/** `INBOX=long` runs what acceptance asks for; without it a slice of the same. */
const isLong = process.env["INBOX"] === "long";
const ROUNDS = isLong ? 200 : 5;
const RUNS = isLong ? 1_000 : 100;
const LONG_MS = isLong ? 900_000 : 60_000;

interface Answer {
  status: number;
  json?: { code?: string; to?: string; cursor?: string };
}

/** The gateway as Kratos and the inbox as tests see them, over connections that stay open. */
async function setUp() {
  const app = await startFromYaml(`mode: dev\n${FREE_LISTENERS}log: { level: error }\n`);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const ask = (url: string, body?: object) => call(agent, url, body);
  return {
    app,
    cursor: async () => (await ask(`${app.urls.inbox}/api/cursor`)).json?.cursor ?? "",
    send: (to: string, code: string) => ask(`${app.urls.gateway}/courier/sms`, courierBody(to, code)),
    wait: (to: string, query: string) => ask(waitUrl(app, to, query)),
    openWaits: async () => (await ask(`${app.urls.inbox}/api/status`)).json as unknown as { waits: object[] },
  };
}

const waitUrl = (app: TestApp, to: string, query: string) =>
  `${app.urls.inbox}/api/codes/wait?to=${encodeURIComponent(to)}&timeout=20&${query}`;

function courierBody(to: string, code: string): object {
  const body = `Your login code is: ${code}\n\nIt expires in 15 minutes.\n`;
  return { recipient: to, body, template_type: "login_code_valid", template_data: { login_code: code } };
}

function call(agent: Agent, url: string, body?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body ? "POST" : "GET";
    const asked = request(url, { agent, method, headers: { "content-type": "application/json" } }, async (answer) => {
      let text = "";
      for await (const chunk of answer) text += chunk;
      resolve({ status: answer.statusCode ?? 0, ...(text && { json: JSON.parse(text) }) });
    });
    asked.on("error", reject);
    asked.end(body && JSON.stringify(body));
  });
}

type Bench = Awaited<ReturnType<typeof setUp>>;

/** Three ways in which tests get their code; each answers with what the wait came to. */
const WAYS: Record<string, (bench: Bench, to: string, code: string) => Promise<Answer>> = {
  async "a cursor, then the login, then the wait"({ cursor, send, wait }, to, code) {
    const since = await cursor();
    await send(to, code);
    return wait(to, `since=${since}`);
  },
  async "the wait while the login is under way"({ cursor, send, wait }, to, code) {
    const since = await cursor();
    const [answer] = await Promise.all([wait(to, `since=${since}&template=login_code_valid`), send(to, code)]);
    return answer;
  },
  async "no cursor, each code consumed"({ send, wait }, to, code) {
    const [answer] = await Promise.all([wait(to, "consume=1"), send(to, code)]);
    return answer;
  },
};

test(
  `50 workers on 50 numbers for ${ROUNDS} rounds over HTTP: no old code, nobody else's`,
  async () => {
    const bench = await setUp();
    const ways = Object.entries(WAYS);
    const wrong: unknown[] = [];
    const work = Array.from({ length: 50 }, async (_, worker) => {
      const to = `+1202555${String(100 + worker).padStart(4, "0")}`;
      const [name = "", way] = ways[worker % ways.length] ?? [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const code = String(100_000 + worker * 1_000 + round);
        const { status, json } = (await way?.(bench, to, code)) ?? {};
        if (status !== 200 || json?.code !== code || json.to !== to) wrong.push({ name, round, code, status, json });
      }
    });
    await Promise.all(work);
    expect(wrong).toEqual([]);
    expect((await bench.openWaits()).waits).toEqual([]);
  },
  LONG_MS,
);

describe("two waits that consume and two sends on one number", () => {
  test(
    `are two codes, ${RUNS} times over HTTP, whichever comes first`,
    async () => {
      const { send, wait } = await setUp();
      for (let run = 0; run < RUNS; run += 1) {
        // A number that was used before still has its old codes here, all of them consumed.
        const to = `+1202555${String(100 + (run % 100)).padStart(4, "0")}`;
        const codes = [String(200_000 + run), String(300_000 + run)];
        const waits = () => [wait(to, "consume=1"), wait(to, "consume=1")];
        const sends = () => codes.map((code) => send(to, code));
        const early = run % 2 === 0 ? waits() : [];
        await Promise.all(sends());
        const answers = await Promise.all(early.length > 0 ? early : waits());
        expect(answers.map(({ json }) => json?.code).sort()).toEqual(codes);
      }
    },
    LONG_MS,
  );
});
