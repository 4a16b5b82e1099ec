import { compose, type House } from "./compose.ts";
import type { Configuration } from "./config/configuration.ts";
import type { Loaded } from "./config/load.ts";
import { answerBug } from "./http/problem.ts";
import type { Face } from "./http/server.ts";
import { createKept, type Effects } from "./kept.ts";
import { createLodging, type Lodging } from "./lodging.ts";
import { createReload, type Reload } from "./reload.ts";
import type { Answer, Tell } from "./sms/event.ts";
import { afterwards, promised } from "./values/promised.ts";

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
  const door = (face: Face) => lastAnswers(face, () => isDraining);
  return {
    courier: door(courierOf(() => current, lodging)),
    ops: door({ fetch: (request, connection) => current.ops.fetch(request, connection) }),
    ...(inbox && { inbox: door(inbox.app) }),
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

/** The courier of the current house: a message ends in the house that it entered, and what that house alone has stays for it. */
function courierOf(current: () => House, lodging: Lodging): Face {
  return {
    fetch(request, connection) {
      const { courier, accounts } = current();
      return afterwards(
        promised(() => courier.fetch(request, connection)),
        lodging.enter(accounts),
      );
    },
    answer(incoming) {
      const { courier, accounts } = current();
      const answering = courier.answer?.(incoming);
      return answering && afterwards(answering, lodging.enter(accounts));
    },
  };
}

/** A face whose answers are each the last one on its connection while that is so. */
function lastAnswers({ fetch, answer }: Face, isLast: () => boolean): Face {
  const close = (response: Response): Response => {
    if (isLast()) response.headers.set("Connection", "close");
    return response;
  };
  const closing = (last: Answer): Answer =>
    isLast() ? { ...last, headers: { ...last.headers, Connection: "close" } } : last;
  return {
    fetch: async (request, connection) => close(await fetch(request, connection)),
    answer: (incoming) => answer?.(incoming)?.then(closing),
  };
}
