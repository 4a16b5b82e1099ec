import type { JSX, TargetedEvent } from "preact";
import { MessageRow } from "./message-row.tsx";
import { showUnseen } from "./navigate.ts";
import { RefusalRow } from "./refusal-row.tsx";
import { listed, messages, query, refusals, unseen } from "./state.ts";
import type { Message, Refusal } from "./wire.ts";

/** The messages, newest first, and between them the requests that never became one. */
export function List(): JSX.Element {
  const rows = query.value.trim() === "" ? withRefusals(listed.value, refusals.value) : listed.value;
  return (
    <div class="list-pane">
      {unseen.value > 0 && (
        <button type="button" class="pill" onClick={showUnseen}>
          {unseen.value} new
        </button>
      )}
      <div id="list" class="scroller" onScroll={forgetUnseen}>
        <ol class="rows" aria-label="Messages, newest first">
          {rows.map((row) =>
            "id" in row ? (
              <MessageRow key={row.id} message={row} />
            ) : (
              <RefusalRow key={row.at + row.reason} refusal={row} />
            ),
          )}
        </ol>
        {rows.length === 0 && messages.value !== undefined && (
          <p class="nothing muted">No message matches the search.</p>
        )}
      </div>
    </div>
  );
}

function forgetUnseen({ currentTarget }: TargetedEvent<HTMLElement>): void {
  if (currentTarget.scrollTop < 8) unseen.value = 0;
}

/** Messages keep the order they came in; a refusal stands before the first message that is older. */
function withRefusals(list: Message[], turnedAway: Refusal[]): (Message | Refusal)[] {
  const rows: (Message | Refusal)[] = [];
  const rest = [...turnedAway];
  for (const message of list) {
    while (rest[0] !== undefined && rest[0].at >= message.receivedAt) rows.push(...rest.splice(0, 1));
    rows.push(message);
  }
  return [...rows, ...rest];
}
