// Builds dist/: the gateway and the clients, each with all that they need in it, the inbox's page and the store's scripts.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const shared = { bundle: true, format: "esm", legalComments: "none" };

rmSync("dist", { recursive: true, force: true });
const { metafile } = await build({
  ...shared,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  platform: "node",
  target: "node20.19",
  // A thousand files less to find and read at each start; what a command or a vendor alone needs is a file of its own.
  splitting: true,
  // Names stay as they are: the log tells where a bug came from.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
});
await build({
  ...shared,
  entryPoints: ["client", "playwright", "cypress"].map((name) => `src/client/${name}.ts`),
  outdir: "dist/client",
  platform: "neutral",
  target: "es2023",
  splitting: true,
  external: ["@playwright/test"],
});
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], { stdio: "inherit" });
await build({
  ...shared,
  entryPoints: ["page.tsx", "theme.ts", "page.css"].map((name) => `src/inbox/ui/${name}`),
  tsconfig: "src/inbox/ui/tsconfig.json",
  outdir: "dist/inbox/ui",
  minify: true,
  target: "es2023",
  charset: "utf8",
});
cpSync("src/store/redis", "dist/redis", { recursive: true });
writeFileSync("dist/THIRD-PARTY-NOTICES.txt", notices(Object.keys(metafile.inputs)));
chmodSync("dist/main.js", 0o755);

/** The licences of the packages that the bundle holds, as they ask for it. */
function notices(inputs) {
  const folders = new Set(inputs.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  return [...folders]
    .sort()
    .map(noticeOf)
    .join(`\n${"-".repeat(80)}\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
