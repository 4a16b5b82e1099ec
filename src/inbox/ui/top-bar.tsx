import type { JSX } from "preact";
import { search } from "./actions.ts";
import { CopyButton } from "./bits.tsx";
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
      <button
        type="button"
        class="bare"
        aria-label="Settings and keys"
        onClick={() => {
          dialog.value = "settings";
        }}
      >
        <Icon name="gear" />
      </button>
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
        placeholder="Search: to: code: is:failed -template:…"
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
  live: ["ok", "live"],
  reconnecting: ["warn", "reconnecting"],
  closed: ["error", "disconnected, reload the page"],
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
      <button
        type="button"
        class="bare"
        aria-label={isPaused.value ? "Go on" : "Pause"}
        onClick={() => setPaused(!isPaused.value)}
      >
        <Icon name={isPaused.value ? "play" : "pause"} />
      </button>
    </div>
  );
}

function ChaosButton(): JSX.Element | null {
  const chaos = status.value?.chaos;
  if (chaos === undefined || facts.mode === "live") return null;
  return (
    <button
      type="button"
      class={chaos.active ? "chaos on" : "chaos"}
      aria-label={chaos.active ? "chaos on" : "chaos off"}
      onClick={() => {
        dialog.value = "chaos";
      }}
    >
      <Icon name="bolt" />
      <span class="word">chaos {chaos.active ? "on" : "off"}</span>
    </button>
  );
}
