import type { JSX } from "preact";
import { Part } from "./bits.tsx";
import type { Detail, LimitState } from "./wire.ts";
import { spanWords } from "./words.ts";

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
  const { dimension, perMs, max, used } = limit;
  const unit = /spend/i.test(dimension) && currency !== undefined ? ` ${currency}` : "";
  const words = `${Math.round(used * 1e4) / 1e4} of ${Math.round(max * 1e4) / 1e4}${unit}`;
  return (
    <li class={used > max ? "over" : ""}>
      <span>
        {dimension.replaceAll("-", " ")} <span class="muted">in {spanWords(perMs)}</span>
      </span>
      <progress
        class="bar"
        max={max}
        value={Math.min(used, max)}
        aria-label={`Limit per ${dimension} in ${spanWords(perMs)}`}
      />
      <span class="digits">
        {words}
        {used > max && <strong class="error"> over</strong>}
      </span>
    </li>
  );
}
