import type { JSX } from "preact";
import { Part } from "./bits.tsx";
import { Icon } from "./icon.tsx";
import type { Detail } from "./wire.ts";

const LEVELS = { ok: ["check", "ok"], advice: ["skip", "muted"], error: ["cross", "error"] } as const;

/** Whether a phone offers the code above its keyboard. */
export function Autofill({ detail: { autofill } }: { detail: Detail }): JSX.Element | null {
  if (autofill === undefined) return null;
  const { line, findings } = autofill;
  return (
    <Part title="Autofill line" note="optional: phones offer the code to tap">
      <details open={findings.some(({ level }) => level === "error")}>
        <summary>{line === undefined ? "none in this text" : <code class="private">{line}</code>}</summary>
        <ul class="findings">
          {findings.map(({ level, says, fix }) => (
            <li key={says}>
              <span class={LEVELS[level][1]}>
                <Icon name={LEVELS[level][0]} />
                <span class="offscreen">{level}:</span>
              </span>
              <span>
                {says}
                {fix !== undefined && <span class="muted"> {fix}</span>}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </Part>
  );
}
