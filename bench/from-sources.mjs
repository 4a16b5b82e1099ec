import { rmSync } from "node:fs";
import { build } from "esbuild";

/** All that these modules of src/ export; compiled into a file of the build, where the scripts of the store are found. */
export async function fromSources(...modules) {
  const outfile = `dist/bench-${process.pid}.mjs`;
  const contents = modules.map((name) => `export * from "./src/${name}.ts";`).join("\n");
  const stdin = { contents, resolveDir: "." };
  await build({ stdin, outfile, bundle: true, format: "esm", platform: "node", packages: "external" });
  try {
    return await import(new URL(`../${outfile}`, import.meta.url));
  } finally {
    rmSync(outfile);
  }
}
