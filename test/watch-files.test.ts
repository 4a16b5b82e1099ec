import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../src/values/clock.ts";
import { type Files, recordFiles, type Stamps } from "../src/values/files.ts";
import { watchFiles } from "../src/watch-files.ts";
import { poll } from "./helpers/program.ts";
import { createVirtualClock } from "./helpers/virtual-clock.ts";

const NEVER_MS = 3_600_000;

/** A folder with gateway.yaml, prepared by `lay`, and somebody who reads what `files` names whenever it changes. */
function watched(lay: (folder: string) => void, lookEveryMs = NEVER_MS, files: Reading = readsGateway) {
  const folder = mkdtempSync(join(tmpdir(), "watch-"));
  lay(folder);
  let calls = 0;
  let stamps: Stamps = new Map();
  const readAnew = async () => {
    const record = recordFiles();
    files(folder, record.files);
    stamps = record.stamps;
  };
  void readAnew();
  const stop = watchFiles(
    () => stamps,
    { clock: systemClock, settleMs: 50, lookEveryMs },
    () => {
      calls += 1;
      return readAnew();
    },
  );
  onTestFinished(() => {
    stop();
    rmSync(folder, { recursive: true });
  });
  const called = (times: number) =>
    poll(`change ${times}`, 5_000, async () => (calls >= times ? calls : undefined)).then((seen) =>
      expect(seen).toBe(times),
    );
  return { folder, called, stop, readAnew, calls: () => calls };
}

/** What somebody reads in a folder. */
type Reading = (folder: string, files: Files) => void;

const readsGateway: Reading = (folder, files) => void files.text(join(folder, "gateway.yaml"));

/** As a configuration with `templates: { use: { dir: ./texts } }` and a secret in a folder of its own does. */
const readsAll: Reading = (folder, files) => {
  readsGateway(folder, files);
  if (files.has(join(folder, "secrets", "token"))) files.text(join(folder, "secrets", "token"));
  for (const name of files.names(join(folder, "texts"))) files.text(join(folder, "texts", name));
};

function withMore(folder: string): void {
  plain(folder);
  for (const name of ["secrets", "texts"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "secrets", "token"), "one");
  writeFileSync(join(folder, "texts", "login_code_valid.txt"), "one");
}

/** Somebody else who watches the same file. */
function alsoWatched(folder: string) {
  return watched(
    () => {},
    20,
    (_, files) => readsGateway(folder, files),
  );
}

const plain = (folder: string) => writeFileSync(join(folder, "gateway.yaml"), "mode: dev\n");

/** A config map as the kubelet lays it out: the file is a link through `..data`, which alone is swapped. */
function configMap(folder: string): void {
  mkdirSync(join(folder, "..2026_11_21"));
  writeFileSync(join(folder, "..2026_11_21", "gateway.yaml"), "mode: dev\n");
  symlinkSync("..2026_11_21", join(folder, "..data"));
  symlinkSync(join("..data", "gateway.yaml"), join(folder, "gateway.yaml"));
}

function swapConfigMap(folder: string, version: string): void {
  mkdirSync(join(folder, `..${version}`));
  writeFileSync(join(folder, `..${version}`, "gateway.yaml"), "mode: dev\n");
  symlinkSync(`..${version}`, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
}

function replace(folder: string, text: string): void {
  writeFileSync(join(folder, "gateway.yaml~"), text);
  renameSync(join(folder, "gateway.yaml~"), join(folder, "gateway.yaml"));
}

describe("a watched file", () => {
  it.each<[way: string, lay: (folder: string) => void, change: (folder: string, round: string) => void]>([
    ["is written to", plain, (folder, round) => writeFileSync(join(folder, "gateway.yaml"), `mode: dev # ${round}\n`)],
    ["is replaced, as editors do", plain, (folder, round) => replace(folder, `mode: dev # ${round}\n`)],
    ["is a config map whose link is swapped", configMap, swapConfigMap],
  ])("tells each change once, when it %s", async (_, lay, change) => {
    const { folder, called } = watched(lay);
    for (const round of [1, 2, 3]) {
      change(folder, `round ${round}`);
      await called(round);
    }
  });

  it("tells several changes in a row once", async () => {
    const { folder, called } = watched(plain);
    for (let piece = 0; piece < 20; piece++) writeFileSync(join(folder, "gateway.yaml"), "x".repeat(piece));
    await called(1);
    replace(folder, "mode: dev # whole\n");
    await called(2);
  });

  it("is looked at now and then as well: what it leads to may lie elsewhere", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
    onTestFinished(() => rmSync(elsewhere, { recursive: true }));
    writeFileSync(join(elsewhere, "real.yaml"), "mode: dev\n");
    const { called } = watched((folder) => symlinkSync(join(elsewhere, "real.yaml"), join(folder, "gateway.yaml")), 20);
    writeFileSync(join(elsewhere, "real.yaml"), "mode: dev # changed\n");
    await called(1);
  });

  it("tells nothing of its neighbours, and nothing after the end", async () => {
    const { folder, called, stop, calls } = watched(plain);
    writeFileSync(join(folder, "notes.txt"), "x");
    replace(folder, "mode: dev # 1\n");
    await called(1);
    stop();
    const other = alsoWatched(folder);
    replace(folder, "mode: dev # 2\n");
    await other.called(1);
    expect(calls()).toBe(1);
  });

  it.each<[what: string, change: (folder: string) => void]>([
    ["a secret", (folder) => writeFileSync(join(folder, "secrets", "token"), "two")],
    ["a secret that is taken away", (folder) => rmSync(join(folder, "secrets", "token"))],
    ["a text", (folder) => writeFileSync(join(folder, "texts", "login_code_valid.txt"), "two")],
    ["one more text", (folder) => writeFileSync(join(folder, "texts", "recovery_code_valid.txt"), "two")],
  ])("tells of %s that was read beside it", async (_, change) => {
    const { folder, called } = watched(withMore, NEVER_MS, readsAll);
    change(folder);
    await called(1);
    writeFileSync(join(folder, "secrets", "token"), "three");
    await called(2);
    replace(folder, "mode: dev # 3\n");
    await called(3);
  });

  it("tells what changed after it was read and before anybody looked", async () => {
    let round = 0;
    const { called } = watched(plain, NEVER_MS, (folder, files) => {
      readsGateway(folder, files);
      if (round++ === 0) replace(folder, "mode: dev # at once\n");
    });
    await called(1);
  });

  it("tells nothing that was read on somebody else's call", async () => {
    const { folder, called, readAnew, calls } = watched(plain);
    const other = alsoWatched(folder);
    replace(folder, "mode: dev # 1\n");
    await readAnew();
    await other.called(1);
    expect(calls()).toBe(0);
    replace(folder, "mode: dev # 2\n");
    await called(1);
  });
});

const LOOK_MS = 10;
const SETTLE_MS = 1_000;

/** The same where time stands still until the test moves it: a look is never far, and whether the folder stirs is all one. */
function looked() {
  const folder = mkdtempSync(join(tmpdir(), "look-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  plain(folder);
  const record = recordFiles();
  readsGateway(folder, record.files);
  const clock = createVirtualClock();
  const told: (() => void)[] = [];
  const stop = watchFiles(
    () => record.stamps,
    { clock, settleMs: SETTLE_MS, lookEveryMs: LOOK_MS },
    () => new Promise<void>((resolve) => told.push(resolve)),
  );
  onTestFinished(stop);
  return { clock, told, stop, write: (text: string) => writeFileSync(join(folder, "gateway.yaml"), text) };
}

describe("a change", () => {
  it("is told when the file has stood still for a while", async () => {
    const { clock, told, write } = looked();
    write("mode: dev # a piece");
    await clock.advance(LOOK_MS);
    write("mode: dev # a piece and the rest");
    await clock.advance(SETTLE_MS);
    expect(told).toHaveLength(0);
    await clock.advance(SETTLE_MS);
    expect(told).toHaveLength(1);
  });

  it("is told once, even where the file is not read again for it", async () => {
    const { clock, told, write } = looked();
    write("mode: dev # 1");
    await clock.advance(LOOK_MS + SETTLE_MS);
    told[0]?.();
    await clock.advance(10 * (LOOK_MS + SETTLE_MS));
    expect(told).toHaveLength(1);
    write("mode: dev # 1 and 2");
    await clock.advance(LOOK_MS + SETTLE_MS);
    expect(told).toHaveLength(2);
  });

  it("that is being told at the end is the last one", async () => {
    const { clock, told, stop, write } = looked();
    write("mode: dev # 1");
    await clock.advance(LOOK_MS + SETTLE_MS);
    stop();
    told[0]?.();
    write("mode: dev # 1 and 2");
    await clock.advance(10 * (LOOK_MS + SETTLE_MS));
    expect({ told: told.length, timers: clock.sleepers() }).toEqual({ told: 1, timers: 0 });
  });
});
