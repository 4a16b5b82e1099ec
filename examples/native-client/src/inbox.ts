/** Call it before asking for a code: the answer waits for the first one that comes to the number from then on. */
export type ExpectCode = () => Promise<(phone: string) => Promise<string | undefined>>;

const WAIT_S = 15;

/** Reads codes from the gateway's inbox, so that nobody has to type them. */
export function createInbox(inboxUrl: string, token?: string): ExpectCode {
  const get = (path: string) => read(inboxUrl, path, token);
  return async () => {
    const { cursor } = (await (await get("/api/cursor")).json()) as { cursor: string };
    return async (phone) => {
      const query = new URLSearchParams({ to: phone, since: String(cursor), timeout: String(WAIT_S) });
      const answer = await get(`/api/codes/wait?${query}`);
      return answer.status === 200 ? ((await answer.json()) as { code: string }).code : undefined;
    };
  };
}

async function read(inboxUrl: string, path: string, token?: string): Promise<Response> {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(new URL(path, inboxUrl), { headers }).catch((error: unknown) => {
    throw new Error(`nothing answers at ${inboxUrl}; does the gateway run in dev mode?`, { cause: error });
  });
  if (answer.status === 401) throw new Error(`the inbox at ${inboxUrl} asks for its token: set INBOX_TOKEN`);
  if (answer.status >= 400) throw new Error(`the inbox at ${inboxUrl} answered ${answer.status}`);
  return answer;
}
