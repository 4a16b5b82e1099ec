import { afterEach, expect, it } from "vitest";
import { openShell, type Shell } from "./helpers/shell.ts";

let shell: Shell;
afterEach(() => shell.close());

it("keeps variables from one command to the next, and tells how each ended", async () => {
  shell = openShell(".", {});
  expect(await shell.run("name=value")).toEqual({ exitCode: 0, output: "" });
  expect(await shell.run("echo $name; (exit 3)")).toEqual({ exitCode: 3, output: "value\n" });
});

it("ends a command that hangs, with what it had printed", async () => {
  shell = openShell(".", { PATH: process.env["PATH"] ?? "" }, 300);
  await expect(shell.run("echo begun; sleep 600")).rejects.toThrow("the shell ended (SIGKILL):\nbegun");
});
