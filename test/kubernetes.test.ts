import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DRAIN_LIMIT_MS } from "../src/app.ts";
import { loadConfiguration } from "../src/config/load.ts";
import { readComposeServices } from "./helpers/compose-file.ts";
import { lastOf, readDockerfile } from "./helpers/dockerfile.ts";
import { fillSecret, readKustomization, readObjects, selects, theOnly } from "./helpers/kubernetes.ts";

const FOLDER = "deploy/kubernetes";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const base = readKustomization();
const redis = readKustomization("redis");
const deployment = theOnly(base.objects, "Deployment");
const service = theOnly(base.objects, "Service");
const policy = theOnly(base.objects, "NetworkPolicy");
const [secret] = readObjects("secret.example.yaml");
const { spec: pod, metadata: podMetadata } = deployment.spec.template;
const [gateway] = pod.containers;
const redisPod = theOnly(redis.objects, "Deployment").spec.template;

const variables = secret?.kind === "Secret" ? secret.stringData : {};
const filled = fillSecret("redis://redis:6379");
const load = (secrets: Record<string, string>) =>
  loadConfiguration({ NODE_ENV: "production", ...secrets, GATEWAY_CONFIG: join(FOLDER, "gateway.yaml") });
const loaded = load(filled);
if (!("configuration" in loaded)) throw new Error(JSON.stringify(loaded.problems));
const { configuration } = loaded;

const portOf = (name: string | number, { ports } = gateway) => ports.find((one) => one.name === name)?.containerPort;

describe("the kustomization", () => {
  it("names every file of the folder, but the Secret that is to be filled", () => {
    const used = [...base.resources, ...base.configMapGenerator.flatMap(({ files }) => files)];
    const there = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml");
    expect([...used, "secret.example.yaml"].sort()).toEqual(there.sort());
    expect(base.resources.join()).not.toMatch(/secret/);
  });

  it("puts the version of the package where the container names its image, and on each object", () => {
    expect(base.images).toEqual([{ name: gateway.image, newName: expect.any(String), newTag: version }]);
    expect(base.labels[0]?.pairs).toMatchObject({ "app.kubernetes.io/version": version });
  });

  it("names every object by the same name and label, so that one belongs to the other", () => {
    for (const { metadata } of [...base.objects, ...(secret ? [secret] : [])]) {
      expect(metadata.name).toBe("kratos-sms-gateway");
      expect(metadata.labels).toEqual({ "app.kubernetes.io/name": "kratos-sms-gateway" });
    }
  });
});

describe("the pods", () => {
  it("are what Deployment, Service, budget, policy and spread select, and are not Redis", () => {
    const selectors = [
      deployment.spec.selector,
      { matchLabels: service.spec.selector },
      theOnly(base.objects, "PodDisruptionBudget").spec.selector,
      policy.spec.podSelector,
      ...pod.topologySpreadConstraints.map(({ labelSelector }) => labelSelector),
    ];
    for (const selector of selectors) {
      expect(selects(selector, podMetadata.labels)).toBe(true);
      expect(selects(selector, redisPod.metadata.labels)).toBe(false);
    }
  });

  it("are as many as gateway.yaml shares the limits between, and one more comes before one goes", () => {
    expect(configuration.redis?.replicas).toBe(deployment.spec.replicas);
    expect(deployment.spec.replicas).toBeGreaterThan(1);
    expect(deployment.spec.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
    expect(theOnly(base.objects, "PodDisruptionBudget").spec.maxUnavailable).toBe(deployment.spec.replicas - 1);
  });

  it("run as the user of the image, under the account that is there for them", () => {
    const { runAsUser, runAsGroup } = pod.securityContext;
    const last = readDockerfile().at(-1);
    expect(`${runAsUser}:${runAsGroup}`).toBe(last && lastOf(last, "USER"));
    expect(pod.serviceAccountName).toBe(theOnly(base.objects, "ServiceAccount").metadata.name);
  });

  it("have more time to end than a drain takes", () => {
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(DRAIN_LIMIT_MS + 1_000);
  });

  it("have memory requested and limited, and a CPU that is requested and not limited", () => {
    const { requests, limits } = gateway.resources;
    expect(requests).toEqual({ cpu: expect.stringMatching(/^\d+m$/), memory: expect.stringMatching(/^\d+Mi$/) });
    expect(limits).toEqual({ memory: expect.stringMatching(/^\d+Mi$/) });
    expect(Number.parseInt(limits.memory ?? "", 10)).toBeGreaterThan(Number.parseInt(requests.memory ?? "", 10));
  });
});

describe("gateway.yaml in a pod", () => {
  it("is loaded without a warning, in live mode, on every address of the pod", () => {
    expect(loaded).toMatchObject({ warnings: [], configuration: { mode: "live" } });
    expect([configuration.listen.host, configuration.ops.host]).toEqual(["0.0.0.0", "0.0.0.0"]);
  });

  it("is where GATEWAY_CONFIG looks, in a folder that is mounted whole and follows the ConfigMap", () => {
    const [mount] = gateway.volumeMounts;
    const [map] = base.configMapGenerator;
    const path = gateway.env.find(({ name }) => name === "GATEWAY_CONFIG")?.value ?? "";
    expect(dirname(path)).toBe(mount?.mountPath);
    expect(path).toBe(join(mount?.mountPath ?? "", map?.files[0] ?? ""));
    expect(pod.volumes).toEqual([{ name: mount?.name, configMap: { name: map?.name } }]);
  });

  it("uses the variables of the Secret and no others, and the Secret comes empty", () => {
    const used = [...readFileSync(join(FOLDER, "gateway.yaml"), "utf8").matchAll(/\$\{(\w+)\}/g)];
    expect(Object.keys(variables).sort()).toEqual(
      used
        .map(([, name]) => name)
        .filter((name) => name !== "NAME")
        .sort(),
    );
    expect(new Set(Object.values(variables))).toEqual(new Set([""]));
    expect(gateway.envFrom).toEqual([{ secretRef: { name: secret?.metadata.name } }]);
  });

  it.each(Object.keys(variables))("ends the start while %s is empty, and names it", (name) => {
    const refused = load({ ...filled, [name]: "" });
    expect("problems" in refused && refused.problems[0]?.message).toContain(`\${${name}} is not set`);
  });
});

describe("the ports", () => {
  it("are where the gateway listens", () => {
    expect([portOf("webhook"), portOf("ops")]).toEqual([configuration.listen.port, configuration.ops.port]);
  });

  it("are probed and scraped on the ops listener", () => {
    const { startupProbe, readinessProbe, livenessProbe } = gateway;
    for (const probe of [startupProbe, readinessProbe, livenessProbe])
      expect(portOf(probe?.httpGet?.port ?? "")).toBe(configuration.ops.port);
    expect(podMetadata.annotations).toMatchObject({ "prometheus.io/port": String(configuration.ops.port) });
  });

  it("are published to Kratos, and only the webhook", () => {
    const { port, targetPort } = service.spec.ports[0] ?? {};
    expect(service.spec.ports).toHaveLength(1);
    expect(portOf(targetPort ?? "")).toBe(configuration.listen.port);
    const channel = parse(readFileSync("kratos/kratos.yml", "utf8")).courier.channels[0];
    const { pathname } = new URL(channel.request_config.url);
    expect(readFileSync(join(FOLDER, "README.md"), "utf8")).toContain(
      `\`http://${service.metadata.name}:${port}${pathname}\``,
    );
  });

  it("let in Kratos' courier to the webhook and Prometheus to ops, and nobody else", () => {
    const peers = policy.spec.ingress.map(({ from, ports }) => [ports.map(({ port }) => port).join(), from.length]);
    expect(peers).toEqual([
      ["webhook", 1],
      ["ops", 1],
    ]);
    const [kratos] = policy.spec.ingress[0]?.from ?? [];
    const courierLabels = [{ "app.kubernetes.io/name": "kratos" }, { "app.kubernetes.io/name": "kratos-courier" }];
    for (const labels of courierLabels)
      expect(kratos && "podSelector" in kratos && selects(kratos.podSelector, labels)).toBe(true);
    expect(kratos && "podSelector" in kratos && selects(kratos.podSelector, podMetadata.labels)).toBe(false);
  });

  it("let out to DNS, to Redis, and on 443 to what is outside", () => {
    const out = policy.spec.egress.map(({ ports }) => ports.map(({ protocol, port }) => `${protocol} ${port}`).join());
    expect(out).toEqual(["UDP 53,TCP 53", "TCP 443", "TCP 6379"]);
    const blocks = policy.spec.egress[1]?.to?.map((to) => "ipBlock" in to && to.ipBlock.cidr);
    expect(blocks).toEqual(["0.0.0.0/0", "::/0"]);
    expect(JSON.stringify(policy.spec.egress[1])).toContain("169.254.0.0/16");
  });
});

describe("the Redis for a trial", () => {
  it("is what the policies let the gateway reach, under the name of the Secret's example", () => {
    const [to] = policy.spec.egress[2]?.to ?? [];
    expect(to && "podSelector" in to && selects(to.podSelector, redisPod.metadata.labels)).toBe(true);
    const redisPolicy = theOnly(redis.objects, "NetworkPolicy").spec;
    const [from] = redisPolicy.ingress[0]?.from ?? [];
    expect(selects(redisPolicy.podSelector, redisPod.metadata.labels)).toBe(true);
    expect(from && "podSelector" in from && selects(from.podSelector, podMetadata.labels)).toBe(true);
    const { metadata, spec } = theOnly(redis.objects, "Service");
    const url = `redis://${metadata.name}:${spec.ports[0]?.port}`;
    for (const file of ["README.md", "secret.example.yaml"])
      expect(readFileSync(join(FOLDER, file), "utf8")).toContain(url);
  });

  it("listens where its Service and its policy say, forgets nothing, and is the one of docker-compose.yml", () => {
    const [container] = redisPod.spec.containers;
    expect(portOf("redis", container)).toBe(6379);
    expect(theOnly(redis.objects, "Service").spec.ports[0]?.targetPort).toBe("redis");
    expect(selects({ matchLabels: theOnly(redis.objects, "Service").spec.selector }, redisPod.metadata.labels)).toBe(
      true,
    );
    expect(container.args?.join(" ")).toContain("--maxmemory-policy noeviction");
    expect(container.image).toBe(readComposeServices()["redis"]?.image);
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(redisPod.spec.volumes.map(({ name }) => name));
  });
});

describe("its README", () => {
  const readme = readFileSync(join(FOLDER, "README.md"), "utf8");

  it("names files that are there, objects that are there, and this version", () => {
    for (const [, path = ""] of readme.matchAll(/\]\((?!http)([^)]+)\)/g))
      expect([path, existsSync(join(FOLDER, path))]).toEqual([path, true]);
    for (const [, name] of readme.matchAll(/deploy(?:ment)?\/([\w-]+) /g))
      if (name !== "kubernetes") expect(name).toBe(deployment.metadata.name);
    const images = [...readme.matchAll(/registry\.example\.com\/\S+/g)].map(([image]) => image);
    expect(new Set(images)).toEqual(new Set([`${base.images[0]?.newName}:${version}`]));
  });
});
