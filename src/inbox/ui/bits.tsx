import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { copy } from "./actions.ts";
import { later } from "./browser.ts";
import { Icon } from "./icon.tsx";
import { codeGroups, type IconName, outcomeWords, SUPERSEDED, spacedNumber } from "./words.ts";

/** A button that copies and says for a moment that it did. */
export function CopyButton({
  text,
  what,
  main = false,
  children,
}: {
  text: string;
  what: string;
  main?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  const isDone = useSignal(false);
  const run = async () => {
    await copy(text, what);
    isDone.value = true;
    later(1_500, () => {
      isDone.value = false;
    });
  };
  return (
    <button
      type="button"
      class={`copy ${main ? "main" : ""} ${isDone.value ? "done" : ""}`}
      aria-label={`Copy ${what.toLowerCase()}`}
      onClick={run}
    >
      {isDone.value ? "Copied" : "Copy"} {children}
    </button>
  );
}

/** A button with a drawing and a word; where there is little room, screen readers and the tooltip say the word. */
export function IconButton({
  icon,
  word,
  title = word,
  kind = "bare",
  run,
}: {
  icon: IconName;
  word: string;
  title?: string;
  kind?: string;
  run: () => void;
}): JSX.Element {
  return (
    <button type="button" class={`icon-button ${kind}`} title={title} onClick={run}>
      <Icon name={icon} />
      <span class="word">{word}</span>
    </button>
  );
}

/** A code in groups that a copy does not see. */
export function Code({ code, isOld = false }: { code: string; isOld?: boolean }): JSX.Element {
  const groups = codeGroups(code).map((group, index) => <span key={index}>{group}</span>);
  return isOld ? (
    <s class="code private" title={SUPERSEDED.because}>
      {groups}
    </s>
  ) : (
    <span class="code private">{groups}</span>
  );
}

/** A phone number. */
export function PhoneNumber({ to }: { to: string }): JSX.Element {
  return (
    <bdi dir="ltr" class="number private">
      {spacedNumber(to)}
    </bdi>
  );
}

/** Icon, word and colour of an outcome. */
export function OutcomeWord({ outcome }: { outcome: string }): JSX.Element {
  const { icon, tone, means } = outcomeWords(outcome);
  return (
    <span class={`outcome ${tone}`} title={means}>
      <Icon name={icon} />
      {outcome}
    </span>
  );
}

/** Text that scrolls, with a button that copies it. */
export function Snippet({
  text,
  what,
  isPrivate = false,
}: {
  text: string;
  what: string;
  isPrivate?: boolean;
}): JSX.Element {
  return (
    <div class="snippet">
      <pre tabIndex={0} role="region" aria-label={what} class={isPrivate ? "private" : ""}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}

/** A titled part of the detail. */
export function Part({
  title,
  note,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="part">
      <h2>
        {title} {note !== undefined && <span class="note">{note}</span>}
      </h2>
      {children}
    </section>
  );
}
