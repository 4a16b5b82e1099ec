import type { JSX } from "preact";
import { search } from "./actions.ts";
import { CopyButton, IconButton } from "./bits.tsx";
import { setPaused } from "./follow.ts";
import { Icon } from "./icon.tsx";
import { connection, dialog, facts, heldBack, isPaused, query, queryProblem, status } from "./state.ts";
import { plural } from "./words.ts";

/** Title, search, connection and the buttons that concern the whole page. */
export function TopBar(): JSX.Element {
  return (
    <header class="top">
      <h1>
        <Icon name="check" />
        SMS inbox
      </h1>
      <Search />
      <div class="webhook">
        <span class="muted">Webhook</span> <code>{facts.courierUrl}</code>
        <CopyButton text={facts.courierUrl} what="Webhook URL" />
      </div>
      <Connection />
      <ChaosButton />
      <IconButton
        icon="gear"
        word="Settings and help"
        run={() => {
          dialog.value = "settings";
        }}
      />
    </header>
  );
}

function Search(): JSX.Element {
  const problem = queryProblem.value;
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        id="search"
        type="search"
        aria-label="Search"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : "search-problem"}
        placeholder="Search: is:failed (? for help)"
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={({ currentTarget }) => search(currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
      {problem !== undefined && (
        <p id="search-problem" class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const STATES = {
  connecting: ["muted", "connecting"],
  connected: ["ok", "connected"],
  reconnecting: ["warn", "connection lost, reconnecting"],
  closed: ["error", "connection lost, reload the page"],
} as const;

function Connection(): JSX.Element {
  const [tone, word] = isPaused.value ? (["warn", "paused"] as const) : STATES[connection.value];
  const held = heldBack.value === 0 ? "" : `, ${plural(heldBack.value, "message")} held back`;
  return (
    <div class="connection">
      <span id="state" class={`state ${tone}`}>
        {word}
        {held}
      </span>
      <IconButton
        icon={isPaused.value ? "play" : "pause"}
        word={isPaused.value ? "Resume" : "Pause"}
        run={() => setPaused(!isPaused.value)}
      />
    </div>
  );
}

function ChaosButton(): JSX.Element | null {
  const chaos = status.value?.chaos;
  if (chaos === undefined || facts.mode === "live") return null;
  return (
    <IconButton
      kind={chaos.active ? "chaos on" : "chaos"}
      icon="bolt"
      word={chaos.active ? "chaos on" : "chaos off"}
      title="Answer Kratos late or with errors on purpose"
      run={() => {
        dialog.value = "chaos";
      }}
    />
  );
}
