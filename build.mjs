// Builds dist/: the gateway and the clients, each with all that they need in it, the inbox's page, the store's scripts,
// and two lists of what came from elsewhere: for people THIRD-PARTY-NOTICES.txt, for scanners sbom.cdx.json.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { bundles } from "./build/bundles.mjs";
import { noticesOf, packagesIn, sbomOf } from "./build/shipped.mjs";

rmSync("dist", { recursive: true, force: true });
const built = await Promise.all(bundles.map(build));
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], { stdio: "inherit" });
cpSync("src/store/redis", "dist/redis", { recursive: true });
const packages = packagesIn(built.map(({ metafile }) => metafile));
writeFileSync("dist/THIRD-PARTY-NOTICES.txt", noticesOf(packages));
writeFileSync("dist/sbom.cdx.json", sbomOf(packages));
chmodSync("dist/main.js", 0o755);
