import type { JSX } from "preact";
import { Part } from "./bits.tsx";
import type { Detail, Meter } from "./wire.ts";
import { plural } from "./words.ts";

/** How many segments are paid for, how much room is left, and what made the text long. */
export function Segments({ detail: { meter, segments, cost } }: { detail: Detail }): JSX.Element | null {
  const known = meter ?? segments;
  if (known === undefined) return null;
  const price = cost === undefined ? "cost: no prices set" : `about ${cost.amount} ${cost.currency}`;
  return (
    <Part title="Segments" note={price}>
      <p class="segments-line">
        <strong>
          {plural(known.count, "segment")} {known.encoding}
        </strong>
        {meter && (
          <span class="muted">
            {" "}
            {meter.units} used, {meter.unitsLeft} left of {meter.perSegment} each
          </span>
        )}
      </p>
      {meter && <Bars meter={meter} />}
      {meter && <Causes meter={meter} />}
    </Part>
  );
}

const DRAWN = 10;

function Bars({ meter: { count, units, unitsLeft } }: { meter: Meter }): JSX.Element {
  const room = units + unitsLeft;
  return (
    <div class="bars" aria-hidden="true">
      {Array.from({ length: Math.min(count, DRAWN) }, (_, index) => {
        const share = index < count - 1 ? 1 : 1 - unitsLeft / (room / count);
        return <progress key={index} class="bar" max={1} value={share} />;
      })}
    </div>
  );
}

function Causes({ meter: { causes, count, replaced } }: { meter: Meter }): JSX.Element | null {
  if (causes.length === 0) return null;
  return (
    <>
      <p class="small">Not in GSM-7, so that the whole text is sent as UCS-2:</p>
      <ul class="causes">
        {causes.map(({ character, codePoint, replacement }) => (
          <li key={codePoint}>
            <code class="private">{character}</code> {codePoint}
            {replacement !== undefined && (
              <>
                , could be <code>{replacement === " " ? "a blank" : replacement}</code>
              </>
            )}
          </li>
        ))}
      </ul>
      {replaced && replaced.count < count && (
        <p class="advice">
          With the replacements: {plural(replaced.count, "segment")} {replaced.encoding} instead of {count}.
        </p>
      )}
    </>
  );
}
