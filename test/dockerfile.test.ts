import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lastOf, readCopy, readDockerfile } from "./helpers/dockerfile.ts";

const stages = readDockerfile();
const last = stages.at(-1) ?? { image: "", name: undefined, instructions: [] };
const copies = stages.flatMap(({ instructions }) =>
  instructions.filter(({ keyword }) => keyword === "COPY").map(readCopy),
);

describe("the Dockerfile", () => {
  it("builds on one version of Node 24, named whole", () => {
    for (const { image } of stages) expect(image).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim$/);
    expect(new Set(stages.map(({ image }) => image)).size).toBe(1);
  });

  it("starts as production, as a user without rights, by number", () => {
    expect(lastOf(last, "ENV")).toBe("NODE_ENV=production");
    expect(lastOf(last, "USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it("tells which ports the gateway, its operators and its inbox use", () => {
    expect(lastOf(last, "EXPOSE")).toBe("8080 8081 8026");
  });

  it("copies from the repository what is there and what .dockerignore lets in, and .dockerignore lets nothing else in", () => {
    const wanted = copies.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
    const lines = readFileSync(".dockerignore", "utf8")
      .split("\n")
      .filter((line) => line && !line.startsWith("#"));
    expect(wanted.filter((path) => !existsSync(path))).toEqual([]);
    expect(lines).toEqual(["*", ...[...new Set(wanted)].sort().map((path) => `!${path}`)]);
  });

  it("copies from stages that come before", () => {
    const names = stages.flatMap(({ name }) => name ?? []);
    expect(copies.flatMap(({ from }) => from ?? []).every((from) => names.includes(from))).toBe(true);
  });
});
