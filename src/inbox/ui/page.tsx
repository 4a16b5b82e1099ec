import { effect } from "@preact/signals";
import { type JSX, render } from "preact";
import { announced, toast } from "./announce.ts";
import { every, now } from "./browser.ts";
import { DetailPane } from "./detail.tsx";
import { Dialogs } from "./dialogs.tsx";
import { follow } from "./follow.ts";
import { Guide } from "./guide.tsx";
import { listenToKeys } from "./keys.ts";
import { List } from "./list.tsx";
import { loadDetail } from "./load.ts";
import { followAddress } from "./navigate.ts";
import { NumberMenu, Rail } from "./rail.tsx";
import { blurred, setBlurred } from "./settings.ts";
import { clock, isWide, messages, openedId, query, shownId } from "./state.ts";
import { Stripe } from "./stripe.tsx";
import { TopBar } from "./top-bar.tsx";

function Page(): JSX.Element {
  const isEmpty = messages.value?.length === 0 && query.value.trim() === "" && openedId.value === undefined;
  return (
    <>
      <Stripe />
      <TopBar />
      <main class={openedId.value === undefined ? "panes" : "panes opened"}>
        {isEmpty ? (
          <Guide />
        ) : (
          <>
            <Rail />
            <div class="list-column">
              <NumberMenu />
              <List />
            </div>
            <DetailPane />
          </>
        )}
      </main>
      <Dialogs />
      <div role="status" class="offscreen">
        {announced.value}
      </div>
      <div role="status" class="toast">
        {toast.value}
      </div>
    </>
  );
}

const wide = matchMedia("(min-width: 720px)");
const takeWidth = () => {
  isWide.value = wide.matches;
};
wide.addEventListener("change", takeWidth);
takeWidth();
setBlurred(blurred.value);
followAddress();
addEventListener("popstate", followAddress);
effect(() => {
  if (shownId.value !== undefined) void loadDetail();
});
every(1_000, () => {
  clock.value = now();
});
listenToKeys();
const root = document.getElementById("app");
if (root !== null) render(<Page />, root);
follow();
