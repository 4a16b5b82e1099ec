import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { sendTestMessage } from "./actions.ts";
import { Snippet } from "./bits.tsx";
import { now } from "./browser.ts";
import { RefusalRow } from "./refusal-row.tsx";
import { clock, facts, refusals, status } from "./state.ts";
import { minutesSeconds } from "./words.ts";
import { Written } from "./written.tsx";

/** What to do until the first message comes. */
export function Guide(): JSX.Element {
  return (
    <section class="guide" aria-labelledby="guide-title">
      <div class="scroller" tabIndex={-1}>
        <div class="guide-inside">
          <h2 id="guide-title">No message has come yet</h2>
          <Since />
          {refusals.value.length > 0 && (
            <ol class="rows">
              {refusals.value.map((refusal) => (
                <RefusalRow key={refusal.at + refusal.reason} refusal={refusal} />
              ))}
            </ol>
          )}
          <Paste />
          <TryIt />
          <Checklist />
        </div>
      </div>
    </section>
  );
}

const openedAt = now();

function Since(): JSX.Element {
  const told = status.value;
  const since = told === undefined ? openedAt : Date.parse(told.startedAt);
  const what = told === undefined ? "since this page was opened" : "since the gateway started";
  const count = told?.requestCount ?? 0;
  return (
    <p class="since">
      {count === 0 ? "No request" : `${count} requests, none became a message,`} {what},{" "}
      <strong class="digits" role="timer">
        {minutesSeconds(clock.value - since)}
      </strong>
      . The first appears here by itself.
    </p>
  );
}

function Paste(): JSX.Element {
  const isDocker = useSignal(false);
  const docker = status.value?.pasteBlocks.docker;
  const block = (isDocker.value ? docker : status.value?.pasteBlocks.host) ?? facts.pasteBlock;
  return (
    <section class="step">
      <h3>
        <span class="step-number">1</span> Paste this into <code>kratos.yml</code>
      </h3>
      {docker !== undefined && (
        <div class="choices" role="group" aria-label="Where Kratos runs">
          <button
            type="button"
            aria-pressed={!isDocker.value}
            onClick={() => {
              isDocker.value = false;
            }}
          >
            Kratos on this machine
          </button>
          <button
            type="button"
            aria-pressed={isDocker.value}
            onClick={() => {
              isDocker.value = true;
            }}
          >
            Kratos in Docker
          </button>
        </div>
      )}
      <Snippet text={block} what="Block for kratos.yml" />
    </section>
  );
}

function TryIt(): JSX.Element {
  const { courierUrl, needsKey } = facts;
  const key = needsKey ? ` \\\n  -H "Authorization: Bearer $GATEWAY_API_KEY"` : "";
  const body = `{"to": "+12025550143", "body": "Your login code is: 482913"}`;
  const curl = `curl -i ${courierUrl} \\\n  -H 'Content-Type: application/json'${key} \\\n  -d '${body}'`;
  return (
    <section class="step">
      <h3>
        <span class="step-number">2</span> Try it without Kratos
      </h3>
      {status.value !== undefined && facts.mode === "dev" && (
        <p>
          <button type="button" class="main" onClick={() => void sendTestMessage()}>
            Send a test message
          </button>{" "}
          or from a shell:
        </p>
      )}
      <Snippet text={curl} what="Curl line" />
    </section>
  );
}

function Checklist(): JSX.Element {
  return (
    <section class="step">
      <h3>
        <span class="step-number">3</span> Still nothing?
      </h3>
      <Written id="checklist" />
    </section>
  );
}
