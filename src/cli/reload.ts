import { ADMIN_OPTIONS, ADMIN_USAGE, askAdmin } from "./admin.ts";
import { type Command, EXIT } from "./command.ts";

/** `reload`: lets the running gateway read its configuration anew; exit 78 with every problem when it stays as it was. */
export const reload: Command = {
  usage: ADMIN_USAGE,
  words: [0, 0],
  options: ADMIN_OPTIONS,
  async run(args, terminal) {
    const call = { method: "POST", path: "/admin/reload", alsoTakes: 422 } as const;
    const answer = await askAdmin<{ problems?: string[] }>(args, terminal, call);
    if (typeof answer === "number") return answer;
    if (!answer.problems) {
      terminal.out("the configuration was read anew and is in force\n");
      return EXIT.done;
    }
    for (const problem of answer.problems) terminal.err(`error: ${problem}\n`);
    terminal.err("the last good configuration stays in force\n");
    return EXIT.badConfiguration;
  },
};
