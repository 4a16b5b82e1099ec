import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "../helpers/gateway-process.ts";
import { fillSecret, readKustomization, theOnly } from "../helpers/kubernetes.ts";
import { poll } from "../helpers/program.ts";
import { type RedisServer, startRedisServer } from "../helpers/redis-server.ts";

const { spec: pod, metadata } = theOnly(readKustomization().objects, "Deployment").spec.template;
const [{ startupProbe, readinessProbe, livenessProbe }] = pod.containers;

/** One pod: what the manifests say, but for addresses that are free on this machine. */
let gateway: GatewayProcess;
let redis: RedisServer;
const folder = mkdtempSync(join(tmpdir(), "config-map-"));
const yaml = readFileSync("deploy/kubernetes/gateway.yaml", "utf8");
const secrets = () => fillSecret(redis.url);
beforeAll(async () => {
  redis = await startRedisServer();
  bringConfigMap("1", yaml);
  symlinkSync(join("..data", "gateway.yaml"), join(folder, "gateway.yaml"));
  const GATEWAY_CONFIG = join(folder, "gateway.yaml");
  const here = { HOST: "127.0.0.1", OPS_HOST: "127.0.0.1", GATEWAY_CONFIG };
  gateway = await startGatewayProcess({ env: { NODE_ENV: "production", ...here, ...secrets() } });
});
afterAll(async () => {
  await gateway?.stop("SIGKILL");
  await redis?.kill();
  rmSync(folder, { recursive: true });
});

/** Does in a mounted folder what the kubelet does with a new state of the ConfigMap: only the link `..data` is swapped. */
function bringConfigMap(state: string, text: string): void {
  mkdirSync(join(folder, `..${state}`));
  writeFileSync(join(folder, `..${state}`, "gateway.yaml"), text);
  symlinkSync(`..${state}`, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
}

const statusOf = async (path: string | undefined) => (await fetch(`${gateway.opsUrl}${path}`)).status;

/** What Kratos would post, to a country that gateway.yaml does not allow: no vendor is asked. */
const post = () =>
  fetch(`${gateway.gatewayUrl}/courier/sms`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": secrets()["GATEWAY_API_KEY"] ?? "" },
    body: JSON.stringify({ to: "+33612345678", body: "Your login code is: 482913" }),
  });

describe("a pod as deploy/kubernetes starts it", () => {
  it.each([
    ["startup", startupProbe?.httpGet?.path],
    ["readiness", readinessProbe?.httpGet?.path],
    ["liveness", livenessProbe?.httpGet?.path],
    ["Prometheus", metadata.annotations["prometheus.io/path"]],
  ])("answers what %s asks", async (_, path) => {
    expect(path).toMatch(/^\//);
    expect(await statusOf(path)).toBe(200);
  });

  it("takes messages with the key of the Secret, on the Redis of the Secret", async () => {
    const answer = await post();
    expect([answer.status, answer.headers.get("x-outcome")]).toEqual([200, "rejected"]);
    const metrics = await (await fetch(`${gateway.opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/^sms_store_mode\{mode="redis"\} 1$/m);
    expect(metrics).toMatch(/^sms_store_degraded 0$/m);
  });

  it("takes a changed ConfigMap without a restart, and keeps the last one when the next is wrong", async () => {
    const metrics = async () => (await fetch(`${gateway.opsUrl}/metrics`)).text();
    const reloads = (result: string) =>
      poll(`a configuration ${result}`, 10_000, async () =>
        (await metrics()).includes(`sms_reloads_total{result="${result}"} 1\n`) ? true : undefined,
      );
    bringConfigMap("2", yaml.replace("countries: [US, DE]", "countries: [US]"));
    expect(await reloads("applied")).toBe(true);
    bringConfigMap("3", yaml.replace("countries:", "contries:"));
    expect(await reloads("refused")).toBe(true);
    expect((await post()).headers.get("x-outcome")).toBe("rejected");
  });

  it("is unready at SIGTERM, still serves longer than readiness takes to see it, and ends in its time of grace", async () => {
    const startedAt = performance.now();
    const ended = gateway.stop("SIGTERM");
    const unready = await poll("unready", 2_000, async () =>
      (await statusOf(readinessProbe?.httpGet?.path)) === 503 ? true : undefined,
    );
    expect(unready).toBe(true);
    const { periodSeconds = 10, failureThreshold = 3 } = readinessProbe ?? {};
    const seenAfterMs = periodSeconds * failureThreshold * 1_000;
    await poll("the last moment before nobody asks any more", seenAfterMs + 1_000, async () => {
      expect((await post()).status).toBe(200);
      return performance.now() - startedAt > seenAfterMs ? true : undefined;
    });
    expect(await statusOf(livenessProbe?.httpGet?.path)).toBe(200);
    expect(await ended).toEqual({ exitCode: 0, signal: null });
    expect(performance.now() - startedAt).toBeLessThan(pod.terminationGracePeriodSeconds * 1_000);
  });
});
