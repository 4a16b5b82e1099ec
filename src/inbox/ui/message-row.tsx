import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { Code, CopyButton, OutcomeWord, PhoneNumber } from "./bits.tsx";
import { open } from "./navigate.ts";
import { fresh, shownId, superseded } from "./state.ts";
import type { Message } from "./wire.ts";
import { clockTime, plural, SUPERSEDED, templateWords } from "./words.ts";

/** One message of the list; drawn again only when it or its place in the page changes. */
export function MessageRow({ message }: { message: Message }): JSX.Element {
  const { id, to, template, code, receivedAt, outcome, text } = message;
  const isShown = useComputed(() => shownId.value === id);
  const isOld = useComputed(() => superseded.value.has(id));
  return (
    <li class={`row ${BAD.has(outcome) ? "bad" : ""} ${fresh.has(id) ? "fresh" : ""}`}>
      <a
        class="open"
        href={`/m/${encodeURIComponent(id)}`}
        data-id={id}
        aria-current={isShown.value ? "true" : undefined}
        onClick={(event) => openHere(event, id)}
      >
        <span class="line">
          <time dateTime={receivedAt}>{clockTime(receivedAt)}</time>
          <PhoneNumber to={to} />
          <OutcomeWord outcome={outcome} />
        </span>
        <span class="line">
          <span class="template">{templateWords(template)}</span>
          {code !== undefined && <Code code={code} isOld={isOld.value} />}
        </span>
        <span class="text private" dir="auto">
          {text.slice(0, 200)}
        </span>
        <Notes message={message} isOld={isOld.value} />
      </a>
      {code !== undefined && (
        <CopyButton
          text={code}
          what={`${isOld.value ? SUPERSEDED.name : "Code"} ${templateWords(template).toLowerCase()}`}
        />
      )}
    </li>
  );
}

const BAD = new Set(["failed", "shed", "rejected"]);

/** A click with a key held is the browser's own. */
function openHere(event: MouseEvent, id: string): void {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(id);
}

function Notes({ message, isOld }: { message: Message; isOld: boolean }): JSX.Element | null {
  const { segments, attempt, requestCount, repeatCount, consumed, simulated, reason } = message;
  const count = requestCount ?? repeatCount + 1;
  const notes = [
    attempt && (
      <span class={attempt.state === "done" ? "" : "warn"}>
        attempt {attempt.number} of {attempt.of}
        {attempt.state === "abandoned" && ", abandoned"}
      </span>
    ),
    !attempt && count > 1 && <span>asked {count} times</span>,
    simulated !== undefined && !reason?.startsWith("simulated") && <span class="warn">simulated</span>,
    isOld && <span title={SUPERSEDED.because}>superseded</span>,
    consumed && <span>taken by a test</span>,
    segments && segments.count > 1 && <span>{plural(segments.count, "segment")}</span>,
    reason !== undefined && <span>{reason}</span>,
  ].filter(Boolean);
  return notes.length === 0 ? null : <span class="notes">{notes}</span>;
}
