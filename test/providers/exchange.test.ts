import { describe, expect, it } from "vitest";
import { createExchange } from "../../src/providers/exchange.ts";
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
    const exchange = createExchange(transportOf(ANSWER).transport);
    const exchanged = await exchange.attempt(signal, async () => (await exchange.request(REQUEST)).body.toUpperCase());
    expect(exchanged).toEqual({ answer: ANSWER, result: "OK" });
  });

  it("refuses an SDK that tries again within one attempt", async () => {
    const { transport, requests } = transportOf(ANSWER);
    const exchange = createExchange(transport);
    const retrying = async () => {
      await exchange.request(REQUEST);
      return exchange.request(REQUEST);
    };
    expect(await exchange.attempt(signal, retrying)).toEqual({ answer: ANSWER, error: expect.any(Error) });
    expect(requests).toHaveLength(1);
  });

  it("refuses an SDK that tries again because there was no answer", async () => {
    const failure: NoAnswer = { failed: "after", cause: "reset", code: "ECONNRESET" };
    const { transport, requests } = transportOf(failure);
    const exchange = createExchange(transport);
    const retrying = () => exchange.request(REQUEST).catch(() => exchange.request(REQUEST));
    expect(await exchange.attempt(signal, retrying)).toEqual({ answer: failure, error: expect.any(Error) });
    expect(requests).toHaveLength(1);
  });

  it("refuses a request that belongs to no attempt", async () => {
    const { transport, requests } = transportOf(ANSWER);
    await expect(createExchange(transport).request(REQUEST)).rejects.toThrow();
    expect(requests).toEqual([]);
  });

  it("tells when the SDK failed before it asked for a request", async () => {
    const exchange = createExchange(transportOf(ANSWER).transport);
    const failing = () => Promise.reject(new Error("Region is missing"));
    expect(await exchange.attempt(signal, failing)).toEqual({ error: expect.any(Error) });
  });
});
