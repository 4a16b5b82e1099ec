import { describe, expect, it } from "vitest";
import { exchange } from "../../src/providers/exchange.ts";
import type { Answer, NoAnswer, Transport, TransportRequest } from "../../src/providers/transport.ts";

const REQUEST: TransportRequest = { method: "POST", origin: "https://x.example", path: "/", headers: {}, body: "" };
const ANSWER: Answer = { status: 200, headers: {}, body: "ok", complete: true };
const signal = new AbortController().signal;

function transportOf(answer: Answer | NoAnswer) {
  const requests: TransportRequest[] = [];
  const transport: Transport = {
    async request(request) {
      requests.push(request);
      return answer;
    },
    close: async () => {},
  };
  return { transport, requests };
}

describe("an exchange", () => {
  it("hands back what the wire said beside what the SDK made of it", async () => {
    const { transport } = transportOf(ANSWER);
    const exchanged = await exchange(transport, signal, async (request) => (await request(REQUEST)).body.toUpperCase());
    expect(exchanged).toEqual({ answer: ANSWER, result: "OK" });
  });

  it("refuses an SDK that tries again within one attempt", async () => {
    const { transport, requests } = transportOf(ANSWER);
    const exchanged = await exchange(transport, signal, async (request) => {
      await request(REQUEST);
      return request(REQUEST);
    });
    expect(exchanged).toEqual({ answer: ANSWER, error: expect.any(Error) });
    expect(requests).toHaveLength(1);
  });

  it("refuses an SDK that tries again because there was no answer", async () => {
    const failure: NoAnswer = { failed: "after", cause: "reset", code: "ECONNRESET" };
    const { transport, requests } = transportOf(failure);
    const exchanged = await exchange(transport, signal, (request) => request(REQUEST).catch(() => request(REQUEST)));
    expect(exchanged).toEqual({ answer: failure, error: expect.any(Error) });
    expect(requests).toHaveLength(1);
  });

  it("tells when the SDK failed before it asked for a request", async () => {
    const { transport } = transportOf(ANSWER);
    const exchanged = await exchange(transport, signal, () => Promise.reject(new Error("Region is missing")));
    expect(exchanged).toEqual({ error: expect.any(Error) });
  });
});
