import type { JSX } from "preact";
import { KEYS } from "./keys.ts";
import {
  blurred,
  setBlurred,
  setShowsNewest,
  setSingleKeys,
  setTheme,
  showsNewest,
  singleKeys,
  type Theme,
  theme,
} from "./settings.ts";
import { Written } from "./written.tsx";

const THEMES: [Theme, string][] = [
  ["auto", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** What the reader may choose, and what each key does and the search understands. */
export function Settings(): JSX.Element {
  return (
    <>
      <fieldset>
        <legend>Theme</legend>
        {THEMES.map(([name, words]) => (
          <label key={name}>
            <input type="radio" name="theme" checked={theme.value === name} onChange={() => setTheme(name)} /> {words}
          </label>
        ))}
      </fieldset>
      <Switch says="Blur numbers, texts and codes" isOn={blurred.value} set={setBlurred} />
      <Switch
        says="Show the newest message beside the list when none is open"
        isOn={showsNewest.value}
        set={setShowsNewest}
      />
      <Switch says="Keyboard shortcuts" isOn={singleKeys.value} set={setSingleKeys} />
      <dl class={singleKeys.value ? "keys" : "keys off"}>
        {KEYS.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <Written id="help" />
    </>
  );
}

function Switch({ says, isOn, set }: { says: string; isOn: boolean; set: (on: boolean) => void }): JSX.Element {
  return (
    <label class="switch">
      <input type="checkbox" checked={isOn} onChange={({ currentTarget }) => set(currentTarget.checked)} /> {says}
    </label>
  );
}
