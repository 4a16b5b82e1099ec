import type { JSX } from "preact";
import { attemptSentence } from "./attempt-words.ts";
import { Part, Snippet } from "./bits.tsx";
import type { Detail, Payload, ReceivedRequest } from "./wire.ts";
import { clockTime, plural, prettyJson } from "./words.ts";

/** Every request for this message, every vendor that was asked, and what each would get. */
export function AttemptsTab({ detail }: { detail: Detail }): JSX.Element {
  const { requests, payloads } = detail;
  return (
    <>
      {requests.length > 0 && (
        <Part title="Requests from Kratos" note={plural(requests.length, "request")}>
          <Requests requests={requests} />
        </Part>
      )}
      <Part title="Vendors">
        <Vendors detail={detail} />
      </Part>
      {payloads.map((payload) => (
        <Part key={payload.provider} title={`What ${payload.provider} would get`} note="secrets masked">
          <Snippet text={payloadText(payload)} what={`Request to ${payload.provider}`} isPrivate />
        </Part>
      ))}
    </>
  );
}

function Requests({ requests }: { requests: ReceivedRequest[] }): JSX.Element {
  return (
    <ol class="ticks">
      {requests.map(({ id, receivedAt, outcome, status, reason, durationMs }, index) => {
        const before = requests[index - 1];
        const gapMs = before === undefined ? undefined : Date.parse(receivedAt) - Date.parse(before.receivedAt);
        const tone = status !== undefined && status >= 300 ? "error" : "ok";
        return (
          <li key={id}>
            {gapMs !== undefined && <span class="gap">{(gapMs / 1_000).toFixed(1)} s later</span>}
            <time dateTime={receivedAt}>{clockTime(receivedAt)}</time>
            <strong class={tone}>
              {status} {outcome}
            </strong>
            {reason !== undefined && <span>{reason}</span>}
            {durationMs !== undefined && <span class="ms">{durationMs} ms</span>}
          </li>
        );
      })}
    </ol>
  );
}

function Vendors({ detail: { attempts } }: { detail: Detail }): JSX.Element {
  if (attempts.length === 0) return <p class="muted">No vendor was asked.</p>;
  return (
    <ol class="ticks">
      {attempts.map((attempt, index) => (
        <li key={index}>
          <span>{attemptSentence(attempt, "").says}</span>
          {attempt.providerMessageId !== undefined && <code>{attempt.providerMessageId}</code>}
          {attempt.durationMs !== undefined && <span class="ms">{attempt.durationMs} ms</span>}
        </li>
      ))}
    </ol>
  );
}

function payloadText({ method, url, headers, body }: Payload): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, "", prettyJson(body)].join("\n");
}
