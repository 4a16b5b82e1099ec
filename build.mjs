// Builds dist/: the compiled sources and, beside them, the page's own files and the store's scripts as they are.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.types.json"])
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project], { stdio: "inherit" });
cpSync("src/inbox/ui", "dist/inbox/ui", { recursive: true, filter: (path) => !path.endsWith(".ts") });
cpSync("src/store/redis", "dist/store/redis", { recursive: true });
chmodSync("dist/main.js", 0o755);
