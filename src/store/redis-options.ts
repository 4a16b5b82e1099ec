import { z } from "zod";
import { secretOption } from "../values/options.ts";

const node = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^\s:/@]+):\d{1,5}$/i, "a node is host:port, such as redis-0.internal:6379")
  .transform((text) => {
    const colon = text.lastIndexOf(":");
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
  })
  .meta({ title: "host:port" });
const nodes = z.array(node).min(1, "names no node");

const url = z
  .string()
  .regex(/^rediss?:\/\/\S+$/, "a URL is redis://host:port or, with TLS, rediss://host:port")
  .pipe(secretOption);

/** `store:` of the configuration file with `type: redis`: a Redis or Valkey that all replicas share. */
export const redisOptions = z
  .strictObject({
    type: z.literal("redis").describe("Where it is kept."),
    url: url.optional().describe("One server, as redis://user:password@host:port, or rediss:// with TLS."),
    sentinel: z
      .strictObject({
        name: z.string().min(1).describe("The name that the sentinels have for the primary."),
        nodes: nodes.describe("The sentinels."),
        password: secretOption.optional().describe("The sentinels' own password."),
        tls: z.boolean().optional().describe("Whether the sentinels speak TLS."),
      })
      .optional()
      .describe("A primary that Sentinel names, in place of a url."),
    cluster: nodes.optional().describe("Some servers of a cluster, in place of a url."),
    username: z.string().min(1).optional().describe("The user, for Sentinel and cluster."),
    password: secretOption.optional().describe("The password, for Sentinel and cluster."),
    tls: z.boolean().optional().describe("Whether the servers speak TLS, for Sentinel and cluster."),
    ca: z
      .string()
      .regex(/-----BEGIN CERTIFICATE-----/, "a CA is a certificate in PEM: -----BEGIN CERTIFICATE-----")
      .optional()
      .describe("The certificates of those who may sign the servers' own, as PEM."),
    keyPrefix: z
      .string()
      .regex(/^[^{}\s]+$/, "a key prefix has neither blanks nor braces")
      .default("kratos-sms-gateway")
      .describe("Begins every key, so that several gateways may use one server."),
    claimDurability: z
      .enum(["fast", "replicated"])
      .default("fast")
      .describe("When a claim counts: fast, once the server has it; replicated, once a replica of it has, too."),
    replicas: z
      .int()
      .min(1)
      .default(2)
      .describe("How many gateways share it: each divides the limits by that while Redis is away."),
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
  })
  .describe("In a Redis or Valkey that all replicas share: one of `url`, `sentinel` and `cluster`.");

/** How to reach the shared store. */
export type RedisOptions = z.infer<typeof redisOptions>;
