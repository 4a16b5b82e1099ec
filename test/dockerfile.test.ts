import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { execForm, lastOf, readCopy, readDockerfile } from "./helpers/dockerfile.ts";

const stages = readDockerfile();
const last = stages.at(-1) ?? { image: "", name: undefined, instructions: [] };
const copies = stages.flatMap(({ instructions }) =>
  instructions.filter(({ keyword }) => keyword === "COPY").map(readCopy),
);

describe("the Dockerfile", () => {
  it("builds with one version of Node 24, named whole, and runs the same one", () => {
    expect(stages.slice(0, -1).map(({ image }) => image)).toEqual([
      expect.stringMatching(/^node:24\.\d+\.\d+-[a-z]+-slim$/),
    ]);
    const node = "/usr/local/bin/node";
    expect(copies).toContainEqual({ from: stages[0]?.name, sources: [node], to: node });
  });

  it("ends with an image that has no shell, and needs none", () => {
    expect(last.image).toMatch(/^gcr\.io\/distroless\/cc-debian\d+:nonroot$/);
    const keywords = last.instructions.map(({ keyword }) => keyword);
    expect(keywords).not.toContain("RUN");
    for (const keyword of ["ENTRYPOINT", "HEALTHCHECK"]) expect(execForm(lastOf(last, keyword))[0]).toBe("node");
  });

  it.each([
    ["MAINTAINER, which is deprecated", /^MAINTAINER /m],
    ["ADD, which unpacks and downloads where COPY copies", /^ADD /m],
    ["an image without a tag, or with one that says nothing", /^FROM (?!\S+:(?!latest\b)\S+)/m],
    ["a command that a shell would have to read", /^(CMD|ENTRYPOINT) (?!\[)/m],
    ["npm install, which may install something else than the lock file says", /npm (install|i)\b/],
    ["cd, where WORKDIR says it", /^RUN .*\bcd /m],
    ["node_modules, of which a bundle needs nothing", /^COPY .*node_modules/m],
    ["sudo", /\bsudo\b/],
    ["apt-get that leaves its lists behind", /apt-get(?![^\n]*rm -rf \/var\/lib\/apt\/lists)/],
    ["a secret", /^(ARG|ENV) \S*(SECRET|KEY|TOKEN|PASSWORD)/m],
    ["a WORKDIR that depends on the one before", /^WORKDIR (?!\/)/m],
  ])("holds no %s", (_, pattern) => {
    expect(readFileSync("Dockerfile", "utf8")).not.toMatch(pattern);
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
