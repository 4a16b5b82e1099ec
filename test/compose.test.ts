import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfiguration } from "../src/config/load.ts";
import { type ComposeService, readComposeServices } from "./helpers/compose-file.ts";
import { execForm, lastOf, readDockerfile } from "./helpers/dockerfile.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const kratosYml = parse(read("kratos/kratos.yml"));
const [channel] = kratosYml.courier.channels;
const services = readComposeServices();
const all = Object.entries(services);

function service(name: string, from = services): ComposeService & { environment: Record<string, string> } {
  const found = from[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return { environment: {}, ...found };
}

/** `[host address, host port, container port]` of each published port. */
const published = ({ ports = [] }: ComposeService) => ports.map((port) => port.split(":"));

/** What the gateway would run with, in an image that sets NODE_ENV. */
function gatewayConfiguration(environment: Record<string, string>) {
  const image = {
    NODE_ENV: lastOf(readDockerfile().at(-1) ?? { image: "", name: "", instructions: [] }, "ENV")?.split("=")[1],
  };
  return loadConfiguration({ ...image, ...environment });
}

describe("docker-compose.yml", () => {
  it("starts a whole login by default, and mail and Redis only when asked", () => {
    const byDefault = all.filter(([, { profiles }]) => !profiles).map(([name]) => name);
    expect(byDefault.sort()).toEqual(["gateway", "kratos", "kratos-migrate", "postgres", "ui"]);
    expect([service("mail").profiles, service("redis").profiles]).toEqual([["mail"], ["redis"]]);
  });

  it("names every image with its whole version, Kratos and its UI with the one that kratos.yml is for", () => {
    const images = all.flatMap(([, { image }]) => image ?? []);
    for (const image of images) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    const ofOry = images.filter((image) => image.startsWith("oryd/")).map((image) => image.split(":")[1]);
    expect(ofOry).toEqual([kratosYml.version, kratosYml.version, kratosYml.version]);
  });

  it("publishes ports to this machine alone, each under its own number", () => {
    const ports = all.flatMap(([, one]) => published(one));
    expect(ports.length).toBeGreaterThan(6);
    for (const [address, outside, inside] of ports) expect([address, outside]).toEqual(["127.0.0.1", inside]);
    expect(new Set(ports.map(([, outside]) => outside)).size).toBe(ports.length);
  });

  it("watches the health of everything that stays, and waits for what comes first", () => {
    for (const [name, one] of all)
      expect([name, one.healthcheck !== undefined]).toEqual([name, name !== "kratos-migrate"]);
    for (const [name, { depends_on = {} }] of all) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        const stays = service(needed).healthcheck !== undefined;
        expect([name, needed, condition]).toEqual([
          name,
          needed,
          stays ? "service_healthy" : "service_completed_successfully",
        ]);
        expect(service(needed).profiles).toBeUndefined();
      }
    }
    expect(Object.keys(service("kratos").depends_on ?? {}).sort()).toEqual(["gateway", "kratos-migrate"]);
  });

  it("runs one courier, for two would send each message twice", () => {
    const couriers = all.filter(([, { command = "" }]) => /--watch-courier|courier watch/.test(command));
    expect(couriers.map(([name]) => name)).toEqual(["kratos"]);
  });
});

describe("the gateway of docker-compose.yml", () => {
  const loaded = gatewayConfiguration(service("gateway").environment);

  it("starts in dev mode, without a warning, with an inbox that wants its token", () => {
    expect(loaded).toMatchObject({ warnings: [], configuration: { mode: "dev", apiKeys: [] } });
    expect("configuration" in loaded && loaded.configuration.inbox?.token?.reveal()).toBe("development");
  });

  it("is in dev mode since it is asked to be by name", () => {
    const { GATEWAY_MODE: _, ...unasked } = service("gateway").environment;
    expect(gatewayConfiguration(unasked)).toMatchObject({ problems: [{ place: "NODE_ENV=production" }] });
  });

  it("listens where its ports are published, on every address of the container", () => {
    if (!("configuration" in loaded)) throw new Error("it does not start");
    const { listen, ops, inbox } = loaded.configuration;
    const listeners = [listen, ops, inbox].map((listener) => [listener?.host, String(listener?.port)]);
    expect(listeners).toEqual(published(service("gateway")).map(([, , inside]) => ["0.0.0.0", inside]));
  });

  it("shows its inbox to tests of the same network", () => {
    expect(loaded).toMatchObject({ configuration: { inbox: { allowedHosts: ["gateway"] } } });
  });

  it("is asked for its health as the image says", () => {
    const last = readDockerfile().at(-1);
    expect(service("gateway").healthcheck?.test.slice(1)).toEqual(execForm(last && lastOf(last, "HEALTHCHECK")));
  });
});

describe("the Kratos of docker-compose.yml", () => {
  const { environment, command = "", working_dir: startedIn = "", volumes = [] } = service("kratos");

  it("overrides keys that kratos.yml has, or that it leaves to the environment", () => {
    const paths = pathsOf(kratosYml).map((path) => path.join("_").toUpperCase());
    const others = Object.keys(environment).filter((name) => !paths.includes(name));
    expect(others).toEqual(["COURIER_SMTP_CONNECTION_URI"]);
  });

  it("posts to the gateway, or to where SMS_WEBHOOK_URL says", () => {
    const name = "COURIER_CHANNELS_0_REQUEST_CONFIG_URL";
    const { pathname, port } = new URL(channel.request_config.url);
    expect(environment[name]).toBe(`http://gateway:${port}${pathname}`);
    const elsewhere = "http://host.docker.internal:8080/courier/sms";
    const changed = readComposeServices({ SMS_WEBHOOK_URL: elsewhere });
    expect(service("kratos", changed).environment[name]).toBe(elsewhere);
  });

  it("presents the development key of kratos.yml, or the one the gateway is given", () => {
    const name = "COURIER_CHANNELS_0_REQUEST_CONFIG_AUTH_CONFIG_VALUE";
    expect(environment[name]).toBe(channel.request_config.auth.config.value);
    const keyed = readComposeServices({ GATEWAY_API_KEY: "a key of one's own" });
    expect(service("kratos", keyed).environment[name]).toBe("a key of one's own");
    expect(service("gateway", keyed).environment["GATEWAY_API_KEY"]).toBe("a key of one's own");
  });

  it("finds its configuration and the identity schema in what is mounted", () => {
    const [[from = "", to = ""] = []] = volumes.map((volume) => volume.split(":"));
    const outside = (path: string) => path.replace(to, resolve(from));
    const config = /-c (\S+)/.exec(command)?.[1] ?? "";
    const schema = resolve(startedIn, kratosYml.identity.schemas[0].url.replace("file://", ""));
    expect([config, schema].map(outside).filter(existsSync)).toHaveLength(2);
    expect(volumes).toEqual([`${from}:${to}:ro`]);
  });

  it("lays over it the file that KRATOS_OVERLAY names, and nothing else without one", () => {
    const files = (from: typeof services) =>
      [...(service("kratos", from).command ?? "").matchAll(/-c \/etc\/config\/(\S+)/g)].map(([, file]) => file);
    const overlaid = files(readComposeServices({ KRATOS_OVERLAY: "kratos.mfa.yml" }));
    expect(overlaid).toEqual(["kratos/kratos.yml", "kratos/kratos.mfa.yml"]);
    expect(overlaid.filter((file) => !existsSync(String(file)))).toEqual([]);
    expect(new Set(files(services))).toEqual(new Set(["kratos/kratos.yml"]));
  });

  it("serves where its ports are published, and says so of itself", () => {
    const { public: api, admin } = kratosYml.serve;
    expect(published(service("kratos"))).toEqual([api, admin].map(({ port }) => ["127.0.0.1", `${port}`, `${port}`]));
    expect([api, admin].map(({ base_url: url }) => new URL(url).port)).toEqual([`${api.port}`, `${admin.port}`]);
    expect(service("kratos").healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${admin.port}`);
  });

  it("keeps its data in the PostgreSQL beside it, migrated with the same address", () => {
    const dsn = new URL(environment["DSN"] ?? "");
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = service("postgres").environment;
    expect([dsn.username, dsn.password, dsn.pathname]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD, `/${POSTGRES_DB}`]);
    expect(dsn.host).toBe("postgres:5432");
    expect(service("kratos-migrate").environment).toEqual({ DSN: environment["DSN"] });
  });

  it("hands e-mail to the catcher, where there is one", () => {
    const { host, port } = new URL(environment["COURIER_SMTP_CONNECTION_URI"] ?? "");
    expect(host).toBe(`mail:${port}`);
    expect(published(service("mail")).map(([, , inside]) => inside)).toContain(port);
  });
});

describe("the UI of docker-compose.yml", () => {
  const { environment } = service("ui");
  const api = kratosYml.serve.public;

  it("is where Kratos sends browsers", () => {
    const [[, port] = []] = published(service("ui"));
    const { flows, default_browser_return_url: home } = kratosYml.selfservice;
    const urls = [home, ...Object.values<{ ui_url: string }>(flows).map(({ ui_url: url }) => url)];
    expect(new Set(urls.map((url) => new URL(url).origin))).toEqual(new Set([`http://127.0.0.1:${port}`]));
    expect(environment["PORT"]).toBe(port);
  });

  it("finds Kratos, and sends browsers to where Kratos says it is", () => {
    expect(environment["KRATOS_PUBLIC_URL"]).toBe(`http://kratos:${api.port}/`);
    expect(environment["KRATOS_BROWSER_URL"]).toBe(api.base_url);
  });
});

describe("the README", () => {
  it("names the URLs that docker-compose.yml opens, with the inbox's token", () => {
    const token = service("gateway").environment["INBOX_TOKEN"];
    const urls = ["http://127.0.0.1:4455", `http://127.0.0.1:8026/?token=${token}`, "http://127.0.0.1:4433"];
    for (const text of [read("README.md"), read("docker-compose.yml")])
      for (const url of urls) expect(text).toContain(url);
  });
});

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}
