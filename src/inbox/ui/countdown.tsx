import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { announce } from "./announce.ts";
import { clock } from "./state.ts";
import { minutesSeconds } from "./words.ts";

/** How long the code still holds; a screen reader hears of the last minute and of the end only. */
export function Countdown({ id, expiresAt }: { id: string; expiresAt?: string | undefined }): JSX.Element {
  useSignalEffect(() => {
    const second = expiresAt === undefined ? undefined : Math.floor((Date.parse(expiresAt) - clock.value) / 1_000);
    if (second === 60 || second === 0) tell(id, second);
  });
  if (expiresAt === undefined) return <span class="expiry muted">expiry unknown</span>;
  const leftMs = Date.parse(expiresAt) - clock.value;
  if (leftMs <= 0) return <span class="expiry error">expired</span>;
  return (
    <span class={`expiry ${leftMs <= 60_000 ? "warn" : "muted"}`}>
      expires in <span class="digits">{minutesSeconds(leftMs)}</span>
    </span>
  );
}

let told = "";

function tell(id: string, second: number): void {
  if (told === id + second) return;
  told = id + second;
  announce(second === 0 ? "The code has expired" : "The code expires in one minute");
}
