// What is bundled from what, for esbuild; build.mjs builds it, and a test asks it what goes in.

import { fileURLToPath } from "node:url";

const shared = { bundle: true, format: "esm", legalComments: "none", metafile: true };

/**
 * Plivo's SDK makes schemas for WhatsApp messages as soon as it is loaded, which takes longer than everything else of it, and
 * loads an XML parser that it never calls.
 */
const plivoForText = {
  name: "plivo-for-text",
  setup({ onResolve }) {
    const path = fileURLToPath(new URL("plivo-without-whatsapp.cjs", import.meta.url));
    onResolve({ filter: /^(\.\.\/utils\/(template|interactive|location)\.js|xml2js)$/ }, ({ importer }) =>
      importer.includes("/node_modules/plivo/") ? { path } : undefined,
    );
  },
};

/** libphonenumber-js makes each pattern anew whenever a number is held against it. */
const patternsOnce = {
  name: "patterns-once",
  setup({ onResolve }) {
    const path = fileURLToPath(new URL("matches-entirely.mjs", import.meta.url));
    onResolve({ filter: /\/matchesEntirely\.js$/ }, ({ importer }) =>
      importer.includes("/node_modules/libphonenumber-js/") ? { path } : undefined,
    );
  },
};

/** The gateway with everything it uses: `npm` installs no other package, and the image has none. */
const gateway = {
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
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  plugins: [plivoForText, patternsOnce],
  // ioredis' debug looks for it in whatever is installed around us; this one has what it asks for, and no colours.
  alias: { "supports-color": "node:tty" },
};

/** What tests import. */
const clients = {
  ...shared,
  entryPoints: ["client", "playwright", "cypress"].map((name) => `src/client/${name}.ts`),
  outdir: "dist/client",
  platform: "neutral",
  target: "es2023",
  splitting: true,
};

/** The inbox's page, for browsers. */
const page = {
  ...shared,
  entryPoints: ["page.tsx", "theme.ts", "page.css"].map((name) => `src/inbox/ui/${name}`),
  tsconfig: "src/inbox/ui/tsconfig.json",
  outdir: "dist/inbox/ui",
  minify: true,
  target: "es2023",
  charset: "utf8",
};

/** All of them; each ends in a folder of its own below dist/. */
export const bundles = [gateway, clients, page];
