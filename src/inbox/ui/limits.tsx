import type { JSX } from "preact";
import { Part } from "./bits.tsx";
import { limitCount, limitWords } from "./limit-words.ts";
import type { Detail, LimitState } from "./wire.ts";

/** How full the windows were that this message counted in. */
export function Limits({ detail: { limits, cost } }: { detail: Detail }): JSX.Element | null {
  if (limits.length === 0) return null;
  const isCounted = limits.every(({ enforced }) => !enforced);
  return (
    <Part title="Limits" note={isCounted ? "counted, not enforced here" : undefined}>
      <ul class="limits">
        {limits.map((limit) => (
          <LimitLine key={limit.dimension + limit.perMs} limit={limit} currency={cost?.currency} />
        ))}
      </ul>
    </Part>
  );
}

function LimitLine({ limit, currency }: { limit: LimitState; currency?: string | undefined }): JSX.Element {
  const { max, used } = limit;
  const words = limitWords(limit);
  return (
    <li class={used > max ? "over" : ""}>
      <span>{words}</span>
      <progress class="bar" max={max} value={Math.min(used, max)} aria-label={words} />
      <span class="digits">
        {limitCount(limit, currency)}
        {used > max && <strong class="error"> over</strong>}
      </span>
    </li>
  );
}
