import { compose, type House } from "./compose.ts";
import { StartError } from "./compose-accounts.ts";
import type { Loaded } from "./config/load.ts";
import { printProblem } from "./config/problems.ts";
import { findUnchangeable } from "./config/unchangeable.ts";
import type { Kept } from "./kept.ts";
import type { ReloadTrigger } from "./sms/event.ts";

/** What a reload works with. */
export interface ReloadParts {
  /** Reads the configuration as it stands now. */
  load(): Loaded;
  kept: Kept;
  current(): House;
  /** From now on messages enter this house. */
  moveTo(next: House): void;
  isDraining(): boolean;
}

/** Reads the configuration anew; answers why it stays as it was, with nothing when it was applied. Never rejects. */
export type Reload = (by: ReloadTrigger) => Promise<string[]>;

/** Reloads one after the other, whoever asks. A wrong configuration changes nothing. */
export function createReload(parts: ReloadParts): Reload {
  const { tell } = parts.kept;
  let last: Promise<unknown> = Promise.resolve();
  const reload: Reload = async (by) => {
    const { problems, warnings } = await attempt(parts);
    tell({ type: "reloaded", result: problems.length === 0 ? "applied" : "refused", by, problems, warnings });
    return problems;
  };
  return (by) => {
    const next = last.then(() => reload(by));
    last = next;
    return next;
  };
}

async function attempt(parts: ReloadParts): Promise<{ problems: string[]; warnings: string[] }> {
  try {
    if (parts.isDraining()) return refused("the gateway is about to end");
    const loaded = parts.load();
    const problems =
      "problems" in loaded ? loaded.problems : findUnchangeable(parts.current().configuration, loaded.configuration);
    if ("problems" in loaded || problems.length > 0) return refused(...problems.map(printProblem));
    parts.moveTo(await compose(loaded.configuration, parts.kept, parts.current()));
    return { problems: [], warnings: loaded.warnings.map(printProblem) };
  } catch (error) {
    if (error instanceof StartError) return refused(error.message);
    parts.kept.tell({ type: "broken", error: error as Error });
    return refused("a bug in the gateway; its log tells more");
  }
}

function refused(...problems: string[]) {
  return { problems, warnings: [] };
}
