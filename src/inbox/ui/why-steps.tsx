import type { JSX } from "preact";
import { Icon } from "./icon.tsx";
import { type Step, whySteps } from "./why.ts";
import type { Detail } from "./wire.ts";
import type { IconName } from "./words.ts";

/** The way of a message in sentences. */
export function Why({ detail }: { detail: Detail }): JSX.Element {
  return (
    <ol class="steps private-numbers">
      {whySteps(detail).map(({ state, says, ms }, index) => (
        <li key={index} class={state}>
          <Icon name={ICONS[state]} />
          <span class="says">
            {HIDDEN_WORDS[state] && <span class="offscreen">{HIDDEN_WORDS[state]} </span>}
            {says}
          </span>
          {ms !== undefined && <span class="ms">{ms} ms</span>}
        </li>
      ))}
    </ol>
  );
}

const ICONS: Record<Step["state"], IconName> = {
  done: "check",
  chosen: "check",
  skipped: "skip",
  warn: "question",
  stopped: "cross",
  open: "clock",
};

/** What the icon says to those who see it. */
const HIDDEN_WORDS: Partial<Record<Step["state"], string>> = { warn: "Note:", stopped: "Stopped:", open: "Open:" };
