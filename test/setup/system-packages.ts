import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that the tests run for real, and where they come from. */
const NEEDED: { programs: string[]; variable?: string; debianPackage: string }[] = [
  { programs: ["jsonnet"], debianPackage: "jsonnet" },
  { programs: ["chromium", "chromium-browser", "google-chrome"], variable: "CHROMIUM_BIN", debianPackage: "chromium" },
];

/** Before all tests: installs what is missing where that can be done, else says in one line what to install. */
export default function setup(): void {
  const missing = NEEDED.filter(
    ({ programs, variable }) => !(variable && process.env[variable]) && !programs.some(isOnPath),
  );
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const command = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (process.getuid?.() !== 0 || !isOnPath("apt-get")) {
    throw new Error(`the tests need ${packages.join(" and ")}; on Debian: sudo ${command}`);
  }
  console.log(`installing for the tests: ${packages.join(", ")}`);
  const install = () =>
    spawnSync("sh", ["-c", command], { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } }).status === 0;
  if (install()) return;
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
  if (!install()) throw new Error(`this did not succeed: ${command}`);
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
