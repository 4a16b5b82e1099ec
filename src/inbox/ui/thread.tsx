import type { JSX } from "preact";
import { search } from "./actions.ts";
import { Code, Part } from "./bits.tsx";
import { open } from "./navigate.ts";
import { messages, superseded } from "./state.ts";
import type { Detail } from "./wire.ts";
import { clockTime, plural } from "./words.ts";

/** What else went to this number; codes that a newer one replaced are struck through. */
export function Thread({ detail: { id, to } }: { detail: Detail }): JSX.Element | null {
  const others = (messages.value ?? []).filter((message) => message.to === to);
  if (others.length < 2) return null;
  return (
    <Part title="This number" note={plural(others.length, "message")}>
      <ol class="thread">
        {others.slice(0, SHOWN).map((message) => (
          <li key={message.id}>
            <button
              type="button"
              aria-current={message.id === id ? "true" : undefined}
              onClick={() => open(message.id)}
            >
              <time dateTime={message.receivedAt}>{clockTime(message.receivedAt)}</time>
              {message.code === undefined ? (
                <span class="muted">no code</span>
              ) : (
                <Code code={message.code} isOld={superseded.value.has(message.id)} />
              )}
              <span class="muted">{message.outcome}</span>
            </button>
          </li>
        ))}
      </ol>
      {others.length > SHOWN && (
        <button type="button" onClick={() => search(`to:${to}`)}>
          Show all {others.length}
        </button>
      )}
    </Part>
  );
}

const SHOWN = 5;
