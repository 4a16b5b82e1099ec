import { loadConfiguration } from "../config/load.ts";
import { type Problem, printProblem } from "../config/problems.ts";
import { type Chain, orderChain } from "../routing/order.ts";
import { inPercent } from "../sms/in-percent.ts";
import { type Command, EXIT } from "./command.ts";

/** `check`: every problem of the configuration at once. */
export const check: Command = {
  usage: "",
  words: [0, 0],
  options: {},
  async run(_, { environment, out, err }) {
    const loaded = loadConfiguration(environment);
    const print = (severity: string, problems: Problem[]) => {
      for (const problem of problems) err(`${severity}: ${printProblem(problem)}\n`);
    };
    if ("problems" in loaded) {
      print("error", loaded.problems);
      return EXIT.badConfiguration;
    }
    print("warning", loaded.warnings);
    const { source, mode, providers, routes } = loaded.configuration;
    const missing = mode === "dev" ? (loaded.findings?.missing ?? []) : [];
    for (const need of missing) err(`for live mode this is missing: ${need}\n`);
    out(`${source}: ${mode} mode, ${Object.keys(providers).length} providers, ${routes.length} routes; no errors\n`);
    for (const { name, chain } of routes) if (chain.some(isShared)) out(`route ${name}: ${chainInWords(chain)}\n`);
    return EXIT.done;
  },
};

type Place = Chain[number];

function isShared(place: Place): boolean {
  return typeof place !== "string";
}

/** Such as `twilio-main 90 % · plivo-main 10 %, then sns-eu`. */
function chainInWords(chain: Chain): string {
  return chain.map(placeInWords).join(", then ");
}

function placeInWords(place: Place): string {
  return orderChain([place], { lot: () => 0.5 })
    .map(({ provider, share }) => (share === undefined ? provider : `${provider} ${inPercent(share)}`))
    .join(" · ");
}
