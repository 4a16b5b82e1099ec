#!/usr/bin/env node
import { run } from "./cli/run.ts";

// The AWS SDK tells every operator on Node 20 to upgrade; which Node we run on is ours to test and to say.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

// A reader that went away, as in `check | head -1`, is no reason to end with a stack trace.
const unread = new AbortController();
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => unread.abort());

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  unread: unread.signal,
});
