import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");
const config = parse(await read("kratos/kratos.yml"));
const [channel] = config.courier.channels;

describe("the kratos.yml that we ship", () => {
  it("carries exactly the Jsonnet that we ship", async () => {
    expect(channel.request_config.body).toBe((await read("courier-jsonnet/sms.jsonnet.base64")).trim());
  });

  it("carries the Jsonnet's source, in base64", async () => {
    const source = Buffer.from(channel.request_config.body.replace("base64://", ""), "base64").toString("utf8");
    expect(source).toBe(await read("courier-jsonnet/sms.jsonnet"));
  });

  it("writes out what Kratos would silently get wrong", () => {
    expect(config.courier.channels).toHaveLength(1);
    expect(channel).toMatchObject({
      id: "sms",
      type: "http",
      request_config: {
        url: "http://127.0.0.1:8080/courier/sms",
        method: "POST",
        headers: { "Content-Type": "application/json" },
      },
    });
  });

  it("keeps asking for longer than a gateway takes to restart", () => {
    expect(config.courier).toMatchObject({ message_retries: 30, worker: { pull_wait: "1s" } });
  });

  it("names a schema file that is there, as seen from the root of the repository", async () => {
    const [{ url }] = config.identity.schemas;
    const { traits } = JSON.parse(await read(url.replace("file://./", ""))).properties;
    expect(traits.properties.phone["ory.sh/kratos"]).toEqual({
      credentials: { code: { identifier: true, via: "sms" } },
      verification: { via: "sms" },
      recovery: { via: "sms" },
    });
  });
});
