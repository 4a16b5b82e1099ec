import type { GatewayEvent, Tell } from "./event.ts";

/** What somebody does with each type of event that concerns them. */
export type Listener = { [Type in GatewayEvent["type"]]?: (event: GatewayEvent & { type: Type }) => void };

type Handle = (event: GatewayEvent) => void;

const NOBODY: Handle[] = [];

/** Tells each event to those whom it concerns, in their order, and then to those who hear all. */
export function tellAll(listeners: readonly Listener[], ...hearAll: Tell[]): Tell {
  const handles = new Map<string, Handle[]>();
  for (const [type, handle] of listeners.flatMap((listener) => Object.entries(listener) as [string, Handle][])) {
    handles.set(type, [...(handles.get(type) ?? []), handle]);
  }
  return (event) => {
    for (const handle of handles.get(event.type) ?? NOBODY) handle(event);
    for (const tell of hearAll) tell(event);
  };
}
