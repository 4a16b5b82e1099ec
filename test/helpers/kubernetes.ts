import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const FOLDER = "deploy/kubernetes";

const labels = z.record(z.string(), z.string());
const metadata = z.strictObject({ name: z.string(), labels, annotations: labels.optional() });
const labelSelector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal("In"), values: z.array(z.string()) }))
    .optional(),
});

const port = z.union([z.number(), z.string()]);
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port }).optional(),
  tcpSocket: z.strictObject({ port }).optional(),
  periodSeconds: z.number().optional(),
  timeoutSeconds: z.number().optional(),
  failureThreshold: z.number().optional(),
});
const quantities = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() });

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).optional(),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name: z.string() }) })).default([]),
  ports: z.array(z.strictObject({ name: z.string().max(15), containerPort: z.number() })),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  resources: z.strictObject({ requests: quantities, limits: quantities }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true).optional() }),
  ),
});

const podSpec = z.strictObject({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.literal(false),
  terminationGracePeriodSeconds: z.number().default(30),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.number(),
    runAsGroup: z.number(),
    seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
  }),
  topologySpreadConstraints: z
    .array(
      z.strictObject({
        maxSkew: z.literal(1),
        topologyKey: z.enum(["kubernetes.io/hostname", "topology.kubernetes.io/zone"]),
        whenUnsatisfiable: z.enum(["ScheduleAnyway", "DoNotSchedule"]),
        labelSelector,
      }),
    )
    .default([]),
  containers: z.tuple([container]),
  volumes: z.array(
    z.union([
      z.strictObject({ name: z.string(), configMap: z.strictObject({ name: z.string() }) }),
      z.strictObject({ name: z.string(), emptyDir: z.strictObject({}) }),
    ]),
  ),
});

const deployment = z.strictObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("Deployment"),
  metadata,
  spec: z.strictObject({
    replicas: z.number(),
    strategy: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("Recreate") }),
      z.strictObject({
        type: z.literal("RollingUpdate"),
        rollingUpdate: z.strictObject({ maxUnavailable: z.number(), maxSurge: z.number() }),
      }),
    ]),
    selector: labelSelector,
    template: z.strictObject({
      metadata: z.strictObject({ labels, annotations: labels.default({}) }),
      spec: podSpec,
    }),
  }),
});

const service = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Service"),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name: z.string(), port: z.number(), targetPort: port })),
  }),
});

const policyPorts = z.array(z.strictObject({ protocol: z.enum(["TCP", "UDP"]), port })).min(1);
const peer = z.union([
  z.strictObject({ podSelector: labelSelector, namespaceSelector: labelSelector.optional() }),
  z.strictObject({ ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) }) }),
]);
const networkPolicy = z.strictObject({
  apiVersion: z.literal("networking.k8s.io/v1"),
  kind: z.literal("NetworkPolicy"),
  metadata,
  spec: z.strictObject({
    podSelector: labelSelector,
    policyTypes: z.tuple([z.literal("Ingress"), z.literal("Egress")]),
    ingress: z.array(z.strictObject({ from: z.array(peer).min(1), ports: policyPorts })),
    egress: z.array(z.strictObject({ to: z.array(peer).min(1).optional(), ports: policyPorts })).default([]),
  }),
});

const disruptionBudget = z.strictObject({
  apiVersion: z.literal("policy/v1"),
  kind: z.literal("PodDisruptionBudget"),
  metadata,
  spec: z.strictObject({
    maxUnavailable: z.number(),
    unhealthyPodEvictionPolicy: z.literal("AlwaysAllow"),
    selector: labelSelector,
  }),
});

const serviceAccount = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ServiceAccount"),
  metadata,
  automountServiceAccountToken: z.literal(false),
});

const secret = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Secret"),
  metadata,
  type: z.literal("Opaque"),
  stringData: labels,
});

/** Only fields that Kubernetes knows, and of those only what the manifests use: it drops misspelt ones without a word. */
const anObject = z.discriminatedUnion("kind", [
  deployment,
  service,
  networkPolicy,
  disruptionBudget,
  serviceAccount,
  secret,
]);

const kustomization = z.strictObject({
  apiVersion: z.string(),
  kind: z.enum(["Kustomization", "Component"]),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).default([]),
  labels: z.array(z.strictObject({ pairs: labels })).default([]),
  configMapGenerator: z
    .array(
      z.strictObject({
        name: z.string(),
        files: z.array(z.string()),
        options: z.strictObject({ disableNameSuffixHash: z.literal(true) }),
      }),
    )
    .default([]),
});

/** One object of the manifests. */
export type KubernetesObject = z.infer<typeof anObject>;

/** The objects of one file of deploy/kubernetes; throws for a field that has no business there. */
export function readObjects(file: string): KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, file), "utf8"));
  return documents.map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return anObject.parse(document.toJS());
  });
}

/** A kustomization.yaml, and the objects that it names. */
export function readKustomization(folder = "."): z.infer<typeof kustomization> & { objects: KubernetesObject[] } {
  const read = kustomization.parse(parse(readFileSync(join(FOLDER, folder, "kustomization.yaml"), "utf8")));
  return { ...read, objects: read.resources.flatMap((file) => readObjects(join(folder, file))) };
}

/** The variables of secret.example.yaml, each with a value that passes. */
export function fillSecret(redisUrl: string): Record<string, string> {
  const names = Object.keys(theOnly(readObjects("secret.example.yaml"), "Secret").stringData);
  const values = names.map((name) => [name, `a-${name}-of-32-characters-or-even-more`]);
  return { ...Object.fromEntries(values), TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, REDIS_URL: redisUrl };
}

/** The one object of this kind. */
export function theOnly<K extends KubernetesObject["kind"]>(objects: KubernetesObject[], kind: K) {
  const found = objects.filter((object): object is Extract<KubernetesObject, { kind: K }> => object.kind === kind);
  if (found.length !== 1 || !found[0]) throw new Error(`there are ${found.length} objects of kind ${kind}`);
  return found[0];
}

/** Whether a selector means pods with these labels. */
export function selects(selector: z.infer<typeof labelSelector>, pod: Record<string, string>): boolean {
  const byLabels = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => pod[key] === value);
  return byLabels && (selector.matchExpressions ?? []).every(({ key, values }) => values.includes(pod[key] ?? ""));
}
