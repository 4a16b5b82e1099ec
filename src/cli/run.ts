import { VERSION } from "../version.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { programName } from "./program-name.ts";
import { nearest, readArguments } from "./read-arguments.ts";

/** Each command with what it does, loaded only when it is called. */
const COMMANDS: Record<string, { does: string; load: () => Promise<Command> }> = {
  serve: { does: "run the gateway (the default)", load: async () => (await import("./serve.ts")).serve },
  check: {
    does: "check the configuration: every problem with its line",
    load: async () => (await import("./check.ts")).check,
  },
  explain: {
    does: "show what would happen to a message to a number now, and why; sends nothing",
    load: async () => (await import("./explain.ts")).explain,
  },
  jsonnet: {
    does: "print the Jsonnet that Kratos evaluates",
    load: async () => (await import("./jsonnet.ts")).jsonnet,
  },
  "kratos-config": {
    does: "print the block to paste into kratos.yml",
    load: async () => (await import("./kratos-config.ts")).kratosConfig,
  },
  doctor: {
    does: "explain what is wrong with a kratos.yml, and what to write instead",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  send: {
    does: "send a text through the running gateway, or through one account directly",
    load: async () => (await import("./send.ts")).send,
  },
  wait: {
    does: "wait for a number's code in the inbox and print it alone; exit 3 when none comes",
    load: async () => (await import("./wait.ts")).wait,
  },
  tail: {
    does: "print each message that the inbox gets, one line each",
    load: async () => (await import("./tail.ts")).tail,
  },
  last: { does: "print the inbox's newest message", load: async () => (await import("./last.ts")).last },
  clear: {
    does: "delete the inbox's messages, or those to one number",
    load: async () => (await import("./clear.ts")).clear,
  },
  why: {
    does: "tell what happened to the messages to one number in the last 24 h",
    load: async () => (await import("./why.ts")).why,
  },
  providers: {
    does: "show which providers are asked, or switch one off and on again",
    load: async () => (await import("./providers.ts")).providers,
  },
  reload: {
    does: "let the running gateway read its configuration anew",
    load: async () => (await import("./reload.ts")).reload,
  },
  segments: { does: "count a text's SMS segments", load: async () => (await import("./segments.ts")).segments },
  ready: {
    does: "ask the running gateway whether it takes messages",
    load: async () => (await import("./ready.ts")).ready,
  },
};

/** Runs one command line; answers with the exit code. */
export async function run(argv: string[], terminal: Terminal): Promise<number> {
  const [first] = argv;
  const isNamed = first !== undefined && !first.startsWith("-");
  if (first === "--version" || first === "-v") return version(terminal);
  const asksHelp = argv.some((word) => word === "--help" || word === "-h");
  if (first === "help" || asksHelp) return help(terminal, first === "help" ? argv[1] : first);
  const program = programName(terminal.environment);
  const name = isNamed ? first : "serve";
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    const near = nearest(name, Object.keys(COMMANDS));
    const hint = near === undefined ? `see ${program} help` : `did you mean ${near}?`;
    terminal.err(`there is no command ${name}; ${hint}\n`);
    return EXIT.usage;
  }
  const command = await entry.load();
  const args = readArguments(command, isNamed ? argv.slice(1) : argv);
  if (!("problem" in args)) return command.run(args, terminal);
  terminal.err(`${args.problem}\nusage: ${program} ${name} ${command.usage}`.trimEnd().concat("\n"));
  return EXIT.usage;
}

function version({ out }: Terminal): number {
  out(`${VERSION}\n`);
  return EXIT.done;
}

async function help({ out, environment }: Terminal, name: string | undefined): Promise<number> {
  const program = programName(environment);
  const entry = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry) {
    const { usage, options } = await entry.load();
    out(`${`${program} ${name} ${usage}`.trimEnd()}\n\n  ${entry.does}\n`);
    const flags = Object.entries(options).map(([flag, { says }]) => `  --${flag.padEnd(12)} ${says}\n`);
    if (flags.length > 0) out(`\n${flags.join("")}`);
    return EXIT.done;
  }
  out(`${program} <command>\n\n`);
  for (const [name, { does }] of Object.entries(COMMANDS)) out(`  ${name.padEnd(14)} ${does}\n`);
  out("\nWithout a command it serves; <command> --help tells of one, --version which version this is.\n");
  out("The configuration is GATEWAY_CONFIG, else ./gateway.yaml, else the environment.\n");
  return EXIT.done;
}
