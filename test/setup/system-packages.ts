import { execFileSync, spawnSync } from "node:child_process";
import { isOnPath } from "../helpers/on-path.ts";

/** Programs that the tests run for real, and where they come from. */
const NEEDED: { programs: string[]; variable?: string; debianPackage: string }[] = [
  { programs: ["jsonnet"], debianPackage: "jsonnet" },
  { programs: ["chromium", "chromium-browser", "google-chrome"], variable: "CHROMIUM_BIN", debianPackage: "chromium" },
  { programs: ["redis-server", "valkey-server"], variable: "REDIS_URL", debianPackage: "redis-server" },
  { programs: ["curl"], debianPackage: "curl" },
  { programs: ["openssl"], debianPackage: "openssl" },
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
  // Run level 1 keeps a package from starting a service: each test starts the server that it needs.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const install = () => spawnSync("sh", ["-c", command], { env }).status === 0;
  if (install()) return;
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
  if (!install()) throw new Error(`this did not succeed: ${command}`);
}
