import { z } from "zod";
import { secretOption } from "../values/options.ts";

const node = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^\s:/@]+):\d{1,5}$/i, "a node is host:port, such as redis-0.internal:6379")
  .transform((text) => {
    const colon = text.lastIndexOf(":");
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
  });
const nodes = z.array(node).min(1, "names no node");

const url = z
  .string()
  .regex(/^rediss?:\/\/\S+$/, "a URL is redis://host:port or, with TLS, rediss://host:port")
  .pipe(secretOption);

/** `store:` of the configuration file with `type: redis`: a Redis or Valkey that all replicas share. */
export const redisOptions = z
  .strictObject({
    type: z.literal("redis"),
    /** One server; may carry user and password. */
    url: url.optional(),
    sentinel: z
      .strictObject({ name: z.string().min(1), nodes, password: secretOption.optional(), tls: z.boolean().optional() })
      .optional(),
    cluster: nodes.optional(),
    /** For Sentinel and cluster, whose servers have no URL. */
    username: z.string().min(1).optional(),
    password: secretOption.optional(),
    tls: z.boolean().optional(),
    /** The certificates of those who may sign the servers' own, as PEM; `caFile` names a file of them. */
    ca: z
      .string()
      .regex(/-----BEGIN CERTIFICATE-----/, "a CA is a certificate in PEM: -----BEGIN CERTIFICATE-----")
      .optional(),
    /** Starts every key, so that several gateways may use one server. */
    keyPrefix: z
      .string()
      .regex(/^[^{}\s]+$/, "a key prefix has neither blanks nor braces")
      .default("kratos-sms-gateway"),
    /** Whether a claim and its end count as kept once the server has them, or once a replica of it has them, too. */
    claimDurability: z.enum(["fast", "replicated"]).default("fast"),
    /** By so much each replica divides the limits while it cannot ask. */
    replicas: z.int().min(1).default(2),
  })
  .refine(({ url, sentinel, cluster }) => [url, sentinel, cluster].filter(Boolean).length === 1, {
    error: "needs one of url, sentinel and cluster",
  })
  .refine(({ url, username, password, tls }) => !(url && (username || password || tls)), {
    error: "a url carries user and password itself, and says rediss:// for TLS",
  })
  .refine(({ url, tls, ca }) => !ca || tls || url?.reveal().startsWith("rediss:"), {
    error: "a CA is for TLS: say rediss:// in the url, or tls: true",
    path: ["ca"],
  })
  .refine(({ cluster, claimDurability }) => !(cluster && claimDurability === "replicated"), {
    error: "a cluster's client cannot await the replica of one slot: fast, or url or sentinel",
    path: ["claimDurability"],
  });

/** How to reach the shared store. */
export type RedisOptions = z.infer<typeof redisOptions>;
