// Builds dist/: the compiled sources and, beside them, the inbox's page and the store's scripts as they are.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.types.json"])
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project], { stdio: "inherit" });
await build({
  entryPoints: ["page.tsx", "theme.ts", "page.css"].map((name) => `src/inbox/ui/${name}`),
  tsconfig: "src/inbox/ui/tsconfig.json",
  outdir: "dist/inbox/ui",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  charset: "utf8",
  legalComments: "none",
});
cpSync("src/store/redis", "dist/store/redis", { recursive: true });
chmodSync("dist/main.js", 0o755);
