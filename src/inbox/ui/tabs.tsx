import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { ApiTab } from "./api-tab.tsx";
import { AttemptsTab } from "./attempts-tab.tsx";
import { Overview } from "./overview.tsx";
import { HeadersTab, JsonTab, RequestTab } from "./request-tabs.tsx";
import type { Detail } from "./wire.ts";

const TABS: [name: string, Content: (properties: { detail: Detail }) => JSX.Element][] = [
  ["Overview", Overview],
  ["Request", RequestTab],
  ["Headers", HeadersTab],
  ["JSON", JsonTab],
  ["Attempts", AttemptsTab],
  ["API", ApiTab],
];

/** The sides of one message. The one that was chosen stays chosen for the next message. */
export function Tabs({ detail }: { detail: Detail }): JSX.Element {
  const chosen = useSignal("Overview");
  const [name, Content] = TABS.find(([tab]) => tab === chosen.value) ?? ["Overview", Overview];
  const move = (event: KeyboardEvent) => {
    const index = TABS.findIndex(([tab]) => tab === name);
    const [next] = TABS[nextIndex(event.key, index)] ?? [];
    if (next === undefined) return;
    event.preventDefault();
    chosen.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Sides of the message" onKeyDown={move}>
        {TABS.map(([tab]) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`tab-${tab}`}
            aria-selected={tab === name}
            aria-controls="panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => {
              chosen.value = tab;
            }}
          >
            {tab}
          </button>
        ))}
      </div>
      <div id="panel" class="panel" data-id={detail.id} role="tabpanel" aria-labelledby={`tab-${name}`} tabIndex={0}>
        <Content detail={detail} />
      </div>
    </>
  );
}

function nextIndex(key: string, index: number): number {
  const moves: Record<string, number> = {
    ArrowRight: (index + 1) % TABS.length,
    ArrowLeft: (index - 1 + TABS.length) % TABS.length,
    Home: 0,
    End: TABS.length - 1,
  };
  return moves[key] ?? -1;
}
