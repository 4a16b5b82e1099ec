import { compose, type House } from "./compose.ts";
import type { Configuration } from "./config/configuration.ts";
import type { Loaded } from "./config/load.ts";
import { answerBug } from "./http/problem.ts";
import { createKept, type Effects } from "./kept.ts";
import { createLodging } from "./lodging.ts";
import { createReload, type Reload } from "./reload.ts";
import type { Tell } from "./sms/event.ts";
import { afterwards, promised } from "./values/promised.ts";
import { endOfTurn } from "./values/turn.ts";

/** Answers what comes to one listener. */
export type Face = (request: Request, connection: object) => Promise<Response>;

/** A gateway that does not listen yet, whichever house it lives in. */
export interface Gateway {
  courier: Face;
  ops: Face;
  inbox?: Face;
  tell: Tell;
  reload: Reload;
  /** From now on it is not ready, and each answer is the last one on its connection. */
  startDraining(): void;
  /** Ends what would wait for ever: open pages and tests that await a code. */
  release(): void;
  close(): Promise<void>;
}

/** Composes the first house, and the next with each reload. Throws StartError for an account that cannot work. */
export async function createGateway(
  configuration: Configuration,
  effects: Effects,
  load: () => Loaded,
): Promise<Gateway> {
  let isDraining = false;
  let current: House;
  let moveOut = () => {};
  const lodging = createLodging();
  const kept = await createKept(configuration, effects, {
    current: () => current,
    isReady: () => !isDraining,
    reload: () => reload("call"),
  });
  const { tell, inbox } = kept;
  const moveTo = (next: House): void => {
    next.ops.onError(answerBug(tell));
    const leave = moveOut;
    moveOut = lodging.enter(next.accounts);
    current = next;
    leave();
  };
  const reload = createReload({ load, kept, moveTo, current: () => current, isDraining: () => isDraining });
  try {
    moveTo(await compose(configuration, kept));
  } catch (error) {
    await kept.close();
    throw error;
  }
  inbox?.app.onError(answerBug(tell));
  const last = (response: Response): Response => {
    if (isDraining) response.headers.set("Connection", "close");
    return response;
  };
  return {
    // A message ends in the house that it entered, and what that house alone has stays for it.
    courier: (request, connection) =>
      // Requests that came in the same turn begin together.
      endOfTurn().then(() => {
        const leave = lodging.enter(current.accounts);
        return afterwards(promised(() => current.courier.fetch(request, connection)).then(last), leave);
      }),
    ops: async (request, connection) => last(await current.ops.fetch(request, connection)),
    ...(inbox && { inbox: async (request, connection) => last(await inbox.app.fetch(request, connection)) }),
    ...{ tell, reload },
    startDraining() {
      isDraining = true;
    },
    release: () => inbox?.release(),
    async close() {
      moveOut();
      await kept.close();
    },
  };
}
