// Writes sbom.cdx.json (or what the command line names): every package that runs in production, with version and licence.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/** Their package.json has a form that npm does not read; their files say this. */
const LICENCES = { "base-64": "MIT", "uri-parser": "MIT" };

const [, , file = "sbom.cdx.json"] = process.argv;
const { "": self, ...packages } = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
const installed = new Map();
for (const [path, { name = path.split("node_modules/").at(-1), version, dev }] of Object.entries(packages))
  if (!dev) installed.set(`${name}@${version}`, name);

// Not with --omit=dev, which also omits what a development dependency needs as well: https://github.com/npm/cli/issues/7909
const flags = ["--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=application"];
const sbom = JSON.parse(execFileSync("npm", ["sbom", ...flags], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));

const { component: gateway } = sbom.metadata;
gateway.name = self.name; // npm says the folder's
sbom.components = sbom.components.filter((component) => installed.has(component["bom-ref"]));
for (const component of sbom.components) {
  component.name = installed.get(component["bom-ref"]); // npm says the alias
  component.licenses ??= [{ license: { id: LICENCES[component.name] } }];
}
const isNeeded = (by, ref) =>
  installed.has(ref) && (by !== gateway["bom-ref"] || installed.get(ref) in self.dependencies);
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => ref === gateway["bom-ref"] || installed.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((needed) => isNeeded(ref, needed)) }));
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
