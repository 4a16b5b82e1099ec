import type { JSX } from "preact";
import { Icon } from "./icon.tsx";
import { rawText } from "./request-tabs.tsx";
import type { Refusal } from "./wire.ts";
import { clockTime } from "./words.ts";

/** A request that was turned away, in red, with what it was. */
export function RefusalRow({ refusal: { at, status, outcome, reason, request } }: { refusal: Refusal }): JSX.Element {
  return (
    <li class="row refusal">
      <details>
        <summary>
          <span class="line">
            <time dateTime={at}>{clockTime(at)}</time>
            <span class="outcome error">
              <Icon name="cross" />
              {status} {outcome}
            </span>
          </span>
          <span class="reason">Turned away: {reason}</span>
        </summary>
        <pre tabIndex={0} role="region" aria-label="Raw request" class="private">
          {rawText(request)}
        </pre>
      </details>
    </li>
  );
}
