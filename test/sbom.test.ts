import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** What may be shipped with Apache-2.0 without asking anybody for more than to be named. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "Unlicense"];

interface Sbom {
  metadata: { component: { name: string; type: string; version: string } };
  components: {
    "bom-ref": string;
    name: string;
    version: string;
    purl: string;
    licenses: ({ license: { id: string } } | { expression: string })[];
  }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Lock {
  packages: Record<string, { name?: string; version: string; dev?: true; license?: string }>;
}

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const { version, dependencies } = read("package.json");
const lock = read("package-lock.json") as Lock;
const sbom = write();

function write(): Sbom {
  const folder = mkdtempSync(join(tmpdir(), "sbom-"));
  try {
    execFileSync(process.execPath, ["sbom.mjs", join(folder, "sbom.json")], { stdio: "pipe" });
    return read(join(folder, "sbom.json"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the bill of materials", () => {
  it("is of this program in this version", () => {
    expect(sbom.metadata.component).toMatchObject({ name: "kratos-sms-gateway", type: "application", version });
  });

  it("names what the lock file installs in production, once, under its real name, and nothing else", () => {
    const production = Object.entries(lock.packages)
      .filter(([path, { dev }]) => path !== "" && !dev)
      .map(([path, entry]) => `${entry.name ?? path.split("node_modules/").at(-1)}@${entry.version}`);
    const named = sbom.components.map(({ name, version }) => `${name}@${version}`);
    expect(named.sort()).toEqual([...new Set(production)].sort());
    for (const { name, version, purl } of sbom.components)
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
  });

  it("says of each dependency of package.json that the gateway needs it, and nothing of what is not in it", () => {
    const [gateway] = sbom.dependencies.filter(({ ref }) => ref === `kratos-sms-gateway@${version}`);
    const direct = Object.entries(dependencies).map(([name, wanted]) => `${name}@${wanted}`);
    expect(gateway?.dependsOn.sort()).toEqual(direct.sort());
    const refs = new Set(sbom.components.map((component) => component["bom-ref"]));
    expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  });

  it("gives each a licence that may be shipped", () => {
    const refused = sbom.components.filter(({ licenses }) => !licenses.some(isAllowed));
    expect(refused.map(({ name, licenses }) => [name, licenses])).toEqual([]);
  });
});

/** Of an expression with OR one may be chosen; every other expression is looked at by a person first. */
function isAllowed(licence: Sbom["components"][number]["licenses"][number]): boolean {
  if ("license" in licence) return ALLOWED.includes(licence.license.id);
  const choices = licence.expression.replace(/^\(|\)$/g, "").split(" OR ");
  return choices.some((choice) => ALLOWED.includes(choice));
}
