import type { JSX } from "preact";
import type { IconName } from "./words.ts";

/** A drawing of 16 × 16 in the colour of the text beside it, which says the same in a word. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

const PATHS: Record<IconName, string> = {
  check: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.5V8l2.4 1.6",
  repeat: "M13 6.5A5.3 5.3 0 0 0 3.2 5.8M3 9.5a5.3 5.3 0 0 0 9.8.7M13 2.8v3.7H9.4M3 13.2V9.5h3.6",
  ban: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M3.8 3.8l8.4 8.4",
  question: "M5.3 5.6a2.7 2.7 0 1 1 3.9 2.4c-.8.4-1.2.9-1.2 1.9M8 12.6v.1",
  search: "M7 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6M10.6 10.6 14 14",
  gear: "M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 2.8v3.4M5.5 9.8v3.4",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.2v9.6L12.6 8z",
  back: "M10 3 5 8l5 5",
  bolt: "M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z",
  trash: "M3 4.5h10M6.2 4.2V2.6h3.6v1.6M4.4 4.7l.7 8.8h5.8l.7-8.8",
  skip: "M4 8h8",
};
