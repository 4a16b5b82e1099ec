// The packages whose code is in the bundles, and the two lists of them that we ship.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Whose licence file holds for packages that come without: they are made in one place with it. */
const LICENCE_FILE_OF = {
  "@aws-sdk/credential-provider-http": "@aws-sdk/client-sns",
  "@aws-sdk/credential-provider-login": "@aws-sdk/client-sns",
  "@aws-sdk/nested-clients": "@aws-sdk/client-sns",
  "@hono/zod-openapi": "hono",
  "@hono/zod-validator": "hono",
};

/** Our own package first, then every other one that esbuild's metafiles name; each with the packages that it imports. */
export function packagesIn(metafiles) {
  const importsOf = new Map([[OURS, new Set()]]);
  for (const [path, { imports }] of metafiles.flatMap(({ inputs }) => Object.entries(inputs))) {
    const folder = folderOf(path);
    const imported = imports.filter(({ external }) => !external).map((file) => folderOf(file.path));
    importsOf.set(folder, new Set([...(importsOf.get(folder) ?? []), ...imported]));
  }
  const { packages: locked } = readJson("package-lock.json");
  return [...importsOf.keys()].sort().map((folder) => ({
    ...packageAt(folder, locked[folder]),
    // What stands in for a part of a package is a file of ours, and not one that the package asked for.
    imports: [...importsOf.get(folder)].filter((other) => other !== folder && other !== OURS).sort(),
  }));
}

/** The licences, as their owners ask for it. */
export function noticesOf([, ...others]) {
  const line = `\n${"-".repeat(80)}\n`;
  return others.map((one) => `${one.name} ${one.version} (${one.licence})\n\n${licenceTextOf(one)}\n`).join(line);
}

/** The bill of materials. @see https://cyclonedx.org/docs/1.6/json/ */
export function sbomOf([gateway, ...others]) {
  const purls = new Map([gateway, ...others].map((one) => [one.folder, purlOf(one)]));
  const sbom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { lifecycles: [{ phase: "build" }], component: componentOf(gateway, "application") },
    components: others.map((one) => componentOf(one, "library")),
    dependencies: [gateway, ...others].map((one) => ({
      ref: purlOf(one),
      dependsOn: one.imports.map((folder) => purls.get(folder)),
    })),
  };
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The folder of our own files, as npm's lock file names it. */
const OURS = "";

/** `node_modules/xml2js/node_modules/xmlbuilder`. */
const folderOf = (path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? OURS;

/** What is installed there, which must be what the lock file says. */
function packageAt(folder, locked) {
  const { name, version, license } = readJson(join(folder, "package.json"));
  if (locked?.version !== version) throw new Error(`${name} ${version} is not what package-lock.json says: run npm ci`);
  return { folder, name, version, licence: license, integrity: locked.integrity };
}

function licenceTextOf({ folder, name }) {
  const place = name in LICENCE_FILE_OF ? `node_modules/${LICENCE_FILE_OF[name]}` : folder;
  const files = readdirSync(place).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no licence file: say in build/shipped.mjs whose holds for it`);
  return files.map((file) => readFileSync(join(place, file), "utf8").trim()).join("\n\n");
}

const purlOf = ({ name, version }) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

function componentOf(one, type) {
  const { name, version, licence, integrity } = one;
  return {
    type,
    "bom-ref": purlOf(one),
    name,
    version,
    ...(integrity && { hashes: [hashOf(integrity)] }),
    licenses: [/\s/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    purl: purlOf(one),
  };
}

/** `sha512-…` of the archive that npm fetched, in CycloneDX' words. */
function hashOf(integrity) {
  const [algorithm, sum] = integrity.split("-");
  return { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(sum, "base64").toString("hex") };
}
