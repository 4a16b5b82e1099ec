import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { bundles } from "../build/bundles.mjs";
import { packagesIn } from "../build/shipped.mjs";
import { refuseStaleBuild } from "./helpers/gateway-process.ts";

/** What may be shipped with Apache-2.0 without asking anybody for more than to be named. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "Unlicense"];

interface Sbom {
  metadata: { component: { name: string; type: string; version: string } };
  components: {
    "bom-ref": string;
    name: string;
    version: string;
    purl: string;
    hashes: { alg: string; content: string }[];
    licenses: ({ license: { id: string } } | { expression: string })[];
  }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Lock {
  packages: Record<string, { version: string; integrity?: string }>;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const { version, dependencies } = readJson("package.json");
const { packages: locked } = readJson("package-lock.json") as Lock;

let sbom: Sbom;
let notices: string;
/** Bundled once more, to see what goes in. */
let metafiles: Metafile[];
beforeAll(async () => {
  await refuseStaleBuild();
  sbom = readJson("dist/sbom.cdx.json");
  notices = readFileSync("dist/THIRD-PARTY-NOTICES.txt", "utf8");
  const options = { write: false, metafile: true } as const;
  metafiles = (await Promise.all(bundles.map((bundle) => build({ ...bundle, ...options } as BuildOptions)))).flatMap(
    ({ metafile }) => metafile ?? [],
  );
});

/** Where each bundled package is installed: `node_modules/zod`. */
const bundledFolders = () => {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs)).filter((path) => path.includes("node_modules"));
  return [...new Set(paths.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path))];
};
const bundled = () =>
  bundledFolders().map((folder) => `${readJson(`${folder}/package.json`).name} ${locked[folder]?.version}`);

describe("what is shipped", () => {
  it("is the bundle alone: npm installs no other package beside it", () => {
    expect(dependencies).toBeUndefined();
  });

  it("has nothing of Plivo's SDK that no text message comes to: it takes longer to load than all the rest of it", () => {
    expect(bundledFolders()).not.toContain("node_modules/joi");
    expect(bundledFolders()).not.toContain("node_modules/xml2js");
    expect(bundledFolders()).toContain("node_modules/plivo");
  });

  it("has the helper of libphonenumber-js that keeps its patterns, in place of the one that makes them anew", () => {
    const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
    expect(inputs.filter((path) => /matches-?entirely/i.test(path))).toEqual(["build/matches-entirely.mjs"]);
  });

  it("leaves nothing to be found when it runs but Node's own modules", () => {
    const imports = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => output.imports));
    const left = imports.filter(({ external, path }) => external && !path.startsWith("node:") && !isBuiltin(path));
    expect(left.map(({ path }) => path)).toEqual([]);
  });

  it("is the gateway with the vendors' SDKs, and the inbox's page", () => {
    for (const name of ["hono", "twilio", "plivo", "@aws-sdk/client-sns", "ioredis", "preact", "@preact/signals"])
      expect(bundledFolders()).toContain(`node_modules/${name}`);
  });
});

describe("the bill of materials", () => {
  it("is of this program in this version", () => {
    const gateway = { name: "kratos-sms-gateway", type: "application", version };
    expect(sbom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", metadata: { component: gateway } });
  });

  it("names what is bundled, in the lock file's version, once, and nothing else", () => {
    expect(sbom.components.map((one) => `${one.name} ${one.version}`).sort()).toEqual(bundled().sort());
    for (const { name, version, purl } of sbom.components)
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
  });

  it("tells of each the sum that the lock file has", () => {
    const sums = sbom.components.flatMap(({ hashes }) => hashes.map(({ content }) => content));
    const integrity = bundledFolders().map((folder) => locked[folder]?.integrity?.replace("sha512-", "") ?? "");
    expect(sums.sort()).toEqual(integrity.map((sum) => Buffer.from(sum, "base64").toString("hex")).sort());
  });

  it("says who needs whom, and nothing of what is not in it", () => {
    const of = (name: string) => sbom.dependencies.find(({ ref }) => ref.startsWith(`pkg:npm/${name}@`))?.dependsOn;
    const refs = new Set(sbom.components.map((component) => component["bom-ref"]));
    expect(of("kratos-sms-gateway")).toContain(`pkg:npm/hono@${locked["node_modules/hono"]?.version}`);
    expect(of("prom-client")).toEqual([
      expect.stringMatching(/^pkg:npm\/%40opentelemetry\/api@/),
      expect.stringMatching(/^pkg:npm\/tdigest@/),
    ]);
    expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
    const needed = new Set(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn));
    expect([...refs].filter((ref) => !needed.has(ref))).toEqual([]);
  });

  it("gives each a licence that may be shipped", () => {
    const refused = sbom.components.filter(({ licenses }) => !licenses.some(isAllowed));
    expect(refused.map(({ name, licenses }) => [name, licenses])).toEqual([]);
  });

  it("is not written of a package that is not installed as the lock file says", () => {
    const inputs = { "test/../node_modules/hono/index.js": { bytes: 1, imports: [] } };
    expect(() => packagesIn([{ inputs, outputs: {} }])).toThrow("run npm ci");
  });
});

describe("the notices", () => {
  const entries = () => notices.split(`\n${"-".repeat(80)}\n`);

  it("name what is bundled, in the lock file's version, once, and nothing else", () => {
    const heads = entries().map((entry) => /^(\S+ \S+) \(.+\)\n/.exec(entry)?.[1]);
    expect(heads.sort()).toEqual(bundled().sort());
  });

  it("give the whole licence of each", () => {
    const words =
      /permission to use|permission is hereby granted|redistribution and use|apache license|blue oak model license/i;
    expect(entries().filter((entry) => !words.test(entry))).toEqual([]);
  });
});

/** Of an expression with OR one may be chosen; every other expression is looked at by a person first. */
function isAllowed(licence: Sbom["components"][number]["licenses"][number]): boolean {
  if ("license" in licence) return ALLOWED.includes(licence.license.id);
  const choices = licence.expression.replace(/^\(|\)$/g, "").split(" OR ");
  return choices.some((choice) => ALLOWED.includes(choice));
}
