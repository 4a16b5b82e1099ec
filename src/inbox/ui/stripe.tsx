import type { JSX } from "preact";
import { setChaos } from "./actions.ts";
import { chaosWords } from "./chaos-words.ts";
import { Icon } from "./icon.tsx";
import { dialog, facts, status } from "./state.ts";

/** Says on every view whether an SMS can leave, and in red what is broken on purpose. */
export function Stripe(): JSX.Element {
  const isDev = facts.mode === "dev";
  return (
    <div role="region" aria-label="Mode">
      <div class="stripe">
        <p>
          <strong>{isDev ? "DEV MODE" : "LIVE MODE"}</strong>{" "}
          {isDev ? "no SMS is sent" : "SMS are really sent; what is for a person is hidden here"}
        </p>
      </div>
      <ChaosStripe />
    </div>
  );
}

function ChaosStripe(): JSX.Element | null {
  const chaos = status.value?.chaos;
  if (!chaos?.active) return null;
  return (
    <div class="chaos-stripe" role="alert">
      <p>
        <Icon name="bolt" />
        <strong>CHAOS IS ON</strong> <span class="private">{chaos.rules.map(chaosWords).join("; ")}</span>
      </p>
      <button
        type="button"
        onClick={() => {
          dialog.value = "chaos";
        }}
      >
        Change
      </button>
      <button type="button" onClick={() => void setChaos([])}>
        Turn off
      </button>
    </div>
  );
}
