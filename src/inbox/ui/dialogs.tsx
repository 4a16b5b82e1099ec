import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clear } from "./actions.ts";
import { ChaosPanel } from "./chaos-panel.tsx";
import { Settings } from "./settings-panel.tsx";
import { dialog, messages, query, refusals } from "./state.ts";
import { plural, spacedNumber } from "./words.ts";
import { Written } from "./written.tsx";

/** The dialog that is open, if any. */
export function Dialogs(): JSX.Element | null {
  switch (dialog.value) {
    case undefined:
      return null;
    case "clear":
      return (
        <Dialog title="Delete messages">
          <Clear />
        </Dialog>
      );
    case "settings":
      return (
        <Dialog title="Settings and help">
          <Settings />
        </Dialog>
      );
    case "chaos":
      return (
        <Dialog title="Chaos">
          <ChaosPanel />
        </Dialog>
      );
  }
}

function shut(): void {
  dialog.value = undefined;
}

function Dialog({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
  }, []);
  return (
    <dialog ref={element} aria-labelledby="dialog-title" onClose={shut}>
      <div class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="bare" onClick={shut}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  );
}

function Clear(): JSX.Element {
  const to = /^to:(\+\d+)$/.exec(query.value.trim())?.[1];
  const count = messages.value?.length ?? 0;
  const ofNumber = (messages.value ?? []).filter((message) => message.to === to).length;
  const run = (number?: string) => {
    shut();
    void clear(number);
  };
  return (
    <>
      <Written id="clear-warning" />
      <div class="buttons">
        <button type="button" onClick={shut}>
          Keep them
        </button>
        {to !== undefined && (
          <button type="button" class="danger" onClick={() => run(to)}>
            Delete {plural(ofNumber, "message")} to <span class="private">{spacedNumber(to)}</span>
          </button>
        )}
        <button type="button" class="danger" onClick={() => run()}>
          Delete all{count > 0 && ` ${plural(count, "message")}`}
          {refusals.value.length > 0 && ` and ${plural(refusals.value.length, "refused request")}`}
        </button>
      </div>
    </>
  );
}
