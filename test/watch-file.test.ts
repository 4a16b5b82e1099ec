import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../src/values/clock.ts";
import { watchFile } from "../src/watch-file.ts";
import { poll } from "./helpers/program.ts";

const NEVER_MS = 3_600_000;

/** A folder with gateway.yaml, prepared by `lay`, and somebody who watches it. */
function watched(lay: (folder: string) => void, lookEveryMs = NEVER_MS) {
  const folder = mkdtempSync(join(tmpdir(), "watch-"));
  lay(folder);
  let calls = 0;
  const stop = watchFile(join(folder, "gateway.yaml"), { clock: systemClock, settleMs: 50, lookEveryMs }, () => {
    calls += 1;
  });
  onTestFinished(() => {
    stop();
    rmSync(folder, { recursive: true });
  });
  const called = (times: number) =>
    poll(`change ${times}`, 5_000, async () => (calls >= times ? calls : undefined)).then((seen) =>
      expect(seen).toBe(times),
    );
  return { folder, called, stop, calls: () => calls };
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
    let tell = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    onTestFinished(watchFile(join(folder, "gateway.yaml"), { clock: systemClock }, () => tell()));
    replace(folder, "mode: dev # 2\n");
    await told;
    expect(calls()).toBe(1);
  });
});
