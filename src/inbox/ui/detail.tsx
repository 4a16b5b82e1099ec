import type { JSX } from "preact";
import { deleteShown } from "./actions.ts";
import { Code, CopyButton, IconButton, OutcomeWord, PhoneNumber } from "./bits.tsx";
import { Countdown } from "./countdown.tsx";
import { Icon } from "./icon.tsx";
import { close } from "./navigate.ts";
import { detail, isGone, openedId, shown, shownId, superseded } from "./state.ts";
import { Tabs } from "./tabs.tsx";
import type { Message } from "./wire.ts";
import { outcomeWords, SUPERSEDED, templateWords } from "./words.ts";

/** The message that is shown: its code, what the person would see, and why it went this way. */
export function DetailPane(): JSX.Element {
  const message = shown.value;
  const known = detail.value?.id === shownId.value ? detail.value : undefined;
  return (
    <article id="detail" class="detail-pane" tabIndex={-1} aria-label="Message">
      <div class="scroller">
        {openedId.value !== undefined && (
          <button type="button" class="back" onClick={close}>
            <Icon name="back" /> All messages
          </button>
        )}
        {message ? <Head message={message} /> : <Nothing />}
        {known && message && <Tabs detail={{ ...known, ...message }} />}
      </div>
      {message?.code !== undefined && (
        <div class="thumb">
          <CopyButton main text={message.code} what={superseded.value.has(message.id) ? SUPERSEDED.name : "Code"}>
            <Code code={message.code} />
          </CopyButton>
        </div>
      )}
    </article>
  );
}

function Nothing(): JSX.Element {
  const gone = isGone.value && shownId.value !== undefined;
  return (
    <p class="nothing muted">
      {gone ? "This message is gone: it was deleted, or made room for newer ones." : "Choose a message."}
    </p>
  );
}

function Head({ message }: { message: Message }): JSX.Element {
  const { id, to, template, country, code, outcome, expiresAt, attempt, simulated } = message;
  const isOld = superseded.value.has(id);
  return (
    <header class="head">
      <div class="code-line">
        {code === undefined ? (
          <span class="no-code">no code found</span>
        ) : (
          <>
            <Code code={code} isOld={isOld} />
            <CopyButton main text={code} what={isOld ? SUPERSEDED.name : "Code"}>
              {isOld && SUPERSEDED.name.toLowerCase()}
            </CopyButton>
            <Countdown id={id} expiresAt={expiresAt} />
          </>
        )}
        <IconButton kind="bare delete" icon="trash" word="Delete" run={() => void deleteShown()} />
      </div>
      <p class="about">
        <strong>{templateWords(template)}</strong> to <PhoneNumber to={to} /> <span class="muted">{country}</span>
        <OutcomeWord outcome={outcome} />
        <span class="muted">{outcomeWords(outcome).means}</span>
        {isOld && <span class="badge warn">superseded: {SUPERSEDED.because}</span>}
        {attempt && (
          <span class="badge warn">
            attempt {attempt.number} of {attempt.of}
            {attempt.state === "abandoned" && ", abandoned (inferred)"}
          </span>
        )}
      </p>
      {simulated !== undefined && <p class="simulated">Simulated: {simulated}</p>}
    </header>
  );
}
