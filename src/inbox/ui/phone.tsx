import type { JSX } from "preact";
import { visibleParts } from "./visible-text.ts";
import type { Detail } from "./wire.ts";
import { clockTime } from "./words.ts";

/** About what the person would see. No phone draws it quite like this, and none shows the badges. */
export function Phone({ detail }: { detail: Detail }): JSX.Element {
  const text = detail.decision?.text ?? detail.text;
  return (
    <div class="phone">
      <p class="phone-head">
        <strong>{detail.sender ?? "your sender"}</strong>
        <time dateTime={detail.receivedAt}>{clockTime(detail.receivedAt).slice(0, 5)}</time>
      </p>
      <p class="bubble private" dir="auto">
        <VisibleText text={text} />
      </p>
      {detail.truncated && <p class="muted small">The text was longer than the inbox keeps.</p>}
    </div>
  );
}

function VisibleText({ text }: { text: string }): JSX.Element {
  return (
    <>
      {visibleParts(text).map((part, index) =>
        "text" in part ? (
          part.text
        ) : (
          <span key={index} class="badge hidden-character" title={part.codePoint}>
            {part.badge}
          </span>
        ),
      )}
    </>
  );
}
