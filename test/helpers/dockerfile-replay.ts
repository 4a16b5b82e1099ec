import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execForm, type Instruction, lastOf, readCopy, readDockerfile, type Stage } from "./dockerfile.ts";

/** What an image would hold and how it would be started. */
export interface ReplayedImage {
  /** Its WORKDIR. */
  folder: string;
  /** `ENV`, and a PATH on which nothing is but what the image brings. */
  env: Record<string, string>;
  entrypoint: string[];
  healthcheck: string[];
}

/** Where the official images have it. */
const NODE = "/usr/local/bin/node";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Does in plain folders below `folder` what the Dockerfile's stages say, with this machine's node and npm. */
export function replayDockerfile(folder: string): ReplayedImage {
  const stages = readDockerfile();
  for (const [index, stage] of stages.entries()) replayStage(folder, stage, nameOf(stage, index));
  const last = stages.at(-1);
  if (!last) throw new Error("the Dockerfile has no stage");
  return {
    folder: join(folder, nameOf(last, stages.length - 1), lastOf(last, "WORKDIR") ?? "/"),
    env: { ...environmentOf(last), PATH: join(folder, nameOf(last, stages.length - 1), dirname(NODE)) },
    entrypoint: execForm(lastOf(last, "ENTRYPOINT")),
    healthcheck: execForm(lastOf(last, "HEALTHCHECK")),
  };
}

const nameOf = ({ name }: Stage, index: number) => name ?? String(index);

function replayStage(folder: string, stage: Stage, name: string): void {
  const root = join(folder, name);
  let place = root;
  if (stage.image.startsWith("node:")) linkNode(join(root, NODE));
  for (const instruction of stage.instructions) {
    const { keyword, text } = instruction;
    if (keyword === "WORKDIR") place = join(root, text);
    if (keyword === "WORKDIR") mkdirSync(place, { recursive: true });
    if (keyword === "COPY") replayCopy(instruction, folder, root, place);
    if (keyword === "RUN") runStep(text, place);
  }
}

function replayCopy(instruction: Instruction, folder: string, root: string, place: string): void {
  const { from, sources, to } = readCopy(instruction);
  for (const source of sources) {
    const origin = from === undefined ? join(ROOT, source) : join(folder, from, source);
    const target = to.endsWith("/") ? join(to, basename(source)) : to;
    copyTree(origin, target.startsWith("/") ? join(root, target) : join(place, target));
  }
}

/** The node of this machine, where a stage that begins with Node's image would have one. */
function linkNode(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(process.execPath, path);
}

/** A file, or what is in a folder; the system's own copy takes a tenth of the time of Node's. */
function copyTree(origin: string, target: string): void {
  const isFolder = statSync(origin).isDirectory();
  mkdirSync(isFolder ? target : dirname(target), { recursive: true });
  execFileSync("cp", ["-R", isFolder ? `${origin}/.` : origin, target]);
}

function runStep(command: string, cwd: string): void {
  const { PATH = "", HOME = cwd } = process.env;
  execFileSync("sh", ["-c", command], { cwd, env: { PATH, HOME }, stdio: "pipe" });
}

function environmentOf({ instructions }: Stage): Record<string, string> {
  const pairs = instructions.filter(({ keyword }) => keyword === "ENV").map(({ text }) => text.split("=", 2));
  return Object.fromEntries(pairs);
}
