import type { JSX } from "preact";
import { search } from "./actions.ts";
import { PhoneNumber } from "./bits.tsx";
import { clock, dialog, messages, query, refusals, status, threads } from "./state.ts";
import { spacedNumber } from "./words.ts";

/** The numbers that got something, what failed, and the tests that wait. */
export function Rail(): JSX.Element {
  const total = messages.value?.length ?? 0;
  return (
    <nav class="rail" aria-label="Numbers">
      <h2>Numbers</h2>
      <ul>
        <Choice words="" count={total}>
          All
        </Choice>
        {threads.value.slice(0, SHOWN).map(({ to, count }) => (
          <Choice key={to} words={`to:${to}`} count={count}>
            <PhoneNumber to={to} />
          </Choice>
        ))}
      </ul>
      <FailedChoice />
      <Waiting />
      <ClearButton />
    </nav>
  );
}

const SHOWN = 100;

/** The same on a page that has no room for a rail. */
export function NumberMenu(): JSX.Element {
  const total = messages.value?.length ?? 0;
  return (
    <div class="number-menu">
      <select
        aria-label="Numbers"
        class="private"
        value={query.value}
        onChange={({ currentTarget }) => search(currentTarget.value)}
      >
        <option value="">All numbers ({total})</option>
        {threads.value.slice(0, SHOWN).map(({ to, count }) => (
          <option key={to} value={`to:${to}`}>
            {spacedNumber(to)} ({count})
          </option>
        ))}
        <option value="is:failed">Failed</option>
      </select>
      <Waiting />
      <ClearButton />
    </div>
  );
}

function Choice({
  words,
  count,
  children,
}: {
  words: string;
  count: number;
  children: preact.ComponentChildren;
}): JSX.Element {
  return (
    <li>
      <button type="button" class="choice" aria-pressed={query.value.trim() === words} onClick={() => search(words)}>
        <span>{children}</span>
        <span class="count">{count}</span>
      </button>
    </li>
  );
}

const BAD = new Set(["failed", "shed", "rejected", "ambiguous"]);

function FailedChoice(): JSX.Element | null {
  const failed = (messages.value ?? []).filter(({ outcome }) => BAD.has(outcome));
  if (failed.length === 0) return null;
  const outcomes = [...new Set(failed.map(({ outcome }) => outcome))];
  return (
    <ul>
      {outcomes.map((outcome) => (
        <Choice
          key={outcome}
          words={`is:${outcome}`}
          count={failed.filter((message) => message.outcome === outcome).length}
        >
          {outcome}
        </Choice>
      ))}
    </ul>
  );
}

function Waiting(): JSX.Element | null {
  const waits = status.value?.waits ?? [];
  if (waits.length === 0) return null;
  return (
    <section class="waiting" aria-label="Tests waiting">
      <h2>Tests waiting</h2>
      <ul>
        {waits.map(({ to, template, startedAt, timeoutMs }, index) => (
          <li key={index}>
            <PhoneNumber to={to} />
            <span class="muted">
              {template !== undefined && `${template} `}
              {Math.max(0, Math.round((clock.value - Date.parse(startedAt)) / 1_000))} of{" "}
              {Math.round(timeoutMs / 1_000)} s
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ClearButton(): JSX.Element | null {
  if ((messages.value?.length ?? 0) + refusals.value.length === 0) return null;
  return (
    <button
      type="button"
      id="clear"
      onClick={() => {
        dialog.value = "clear";
      }}
    >
      Clear…
    </button>
  );
}
