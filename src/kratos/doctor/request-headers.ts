import { basicAuth } from "../../values/basic-auth.ts";
import { type KratosConfiguration, keysAt, textAt } from "./kratos-configuration.ts";

const REQUEST = "courier.channels.0.request_config";

/** The headers that Kratos sends with each SMS, its key among them. */
export function requestHeaders(configuration: KratosConfiguration): Headers {
  const headers = new Headers({ "Content-Type": "application/json" });
  for (const name of keysAt(configuration, `${REQUEST}.headers`)) {
    set(headers, name, textAt(configuration, `${REQUEST}.headers.${name}`));
  }
  const at = (key: string) => textAt(configuration, `${REQUEST}.auth.config.${key}`) ?? "";
  const type = textAt(configuration, `${REQUEST}.auth.type`);
  if (type === "api_key" && at("in") === "header") set(headers, at("name"), at("value"));
  const inUrl = credentialsOf(textAt(configuration, `${REQUEST}.url`) ?? "");
  if (type === "basic_auth") headers.set("Authorization", basicAuth(at("user"), at("password")));
  else if (inUrl && !headers.has("Authorization")) headers.set("Authorization", basicAuth(inUrl.user, inUrl.password));
  return headers;
}

/** An address as it may be shown: without user and password. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** The user and the password that an address holds; undefined when it holds none. */
export function credentialsOf(url: string): { user: string; password: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  return username || password
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : undefined;
}

/** A name or a value that no header can have is told elsewhere. */
function set(headers: Headers, name: string, value: string | undefined): void {
  if (value === undefined || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) return;
  headers.set(name, value);
}
