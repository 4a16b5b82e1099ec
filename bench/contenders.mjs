// Everything that is measured, each as a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Contenders by name: what runs, and what it needs to know. */
export const CONTENDERS = {
  bare: () => ({ script: here("bare.mjs") }),
  afternoon: () => ({ script: here("afternoon.mjs") }),
  gateway: (place) => gateway(place, "{ type: memory }"),
  "gateway+redis": (place) =>
    gateway(place, `{ type: redis, url: "${place.redisUrl}", keyPrefix: bench-${place.port} }`),
};

/** The gateway with every feature on: limits of each dimension, spend, three routes, failover, one log line per message. */
function gateway({ folder, vendorUrl, port }, store) {
  const file = join(folder, `gateway-${port}.yaml`);
  const sender = 'sender: { default: { from: "+14155550101" } }, maxInFlight: 1000';
  writeFileSync(
    file,
    `mode: live
secret: bench-secret-of-the-gateway-0123456789
listen: { host: 127.0.0.1 }
ops: { host: 127.0.0.1, port: 0 }
auth: { keys: [{ id: kratos, secret: bench-key-of-kratos-0123456789 }] }
providers:
  twilio-main: { type: twilio, accountSid: AC0, authToken: token, ${sender}, baseUrl: "${vendorUrl}" }
  plivo-main: { type: plivo, authId: MAXXX, authToken: token, ${sender}, baseUrl: "${vendorUrl}" }
routes:
  - { name: india, match: { country: [IN] }, chain: [plivo-main] }
  - { name: recovery, match: { template: [recovery_code_valid] }, chain: [plivo-main, twilio-main] }
  - { name: default, chain: [twilio-main, plivo-main] }
destinations: { countries: [DE, US], denyTypes: [premium-rate, shared-cost], denyPrefixes: ["+881"] }
limits:
  perBlock: { digits: 3, max: 1000000, per: 10m }
  perCountry: { default: { max: 10000000, per: 1h } }
  total: { max: 10000000, per: 1m }
spend: { prices: { default: 0.01 }, total: { max: 10000000, per: 24h } }
store: ${store}
`,
  );
  return { script: here("../dist/main.js"), env: { GATEWAY_CONFIG: file } };
}

/** The header that the gateway asks for; the others ignore it. */
export const API_KEY = "bench-key-of-kratos-0123456789";

/** Starts a Node process; its output goes nowhere, as a log that somebody takes away. */
export function start(script, env) {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
    stdio: "ignore",
  });
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  return {
    pid: child.pid,
    async stop() {
      process.off("exit", endWithUs);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** Seconds of processor time that a process has used. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Megabytes that a process has held at most. */
export function peakMegabytes(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
