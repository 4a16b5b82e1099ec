import { readdirSync, readFileSync } from "node:fs";

/** A JSON object in a test. */
export type Json = { [name: string]: unknown };

/** One courier context as a version of Kratos sends it. */
export interface ContextFixture {
  version: string;
  name: string;
  context: Json;
}

const FOLDER = new URL("../fixtures/kratos/", import.meta.url);

/** Every context under test/fixtures/kratos, recorded or made by hand. */
export const contextFixtures: ContextFixture[] = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json"))
  .sort()
  .map((path) => {
    const [version = "", file = ""] = path.split("/");
    return { version, name: file.replace(".json", ""), context: contextOf(JSON.parse(text(path))) };
  });

/** A context of Kratos 26.2 for a login code, with some fields changed; undefined takes a field out. */
export function courierContext(changes: Json = {}, dataChanges: Json = {}): Json {
  return without({
    recipient: "+4917667111638",
    subject: "",
    body: "Your login code is: 482913\n\nIt expires in 60 minutes.\n",
    template_type: "login_code_valid",
    template_data: without({
      to: "+4917667111638",
      login_code: "482913",
      identity: { id: "9f2b7c1e-3d54-4f0a-8c6b-1a2d3e4f5a6b", traits: { phone: "+4917667111638" } },
      request_url: "http://127.0.0.1:4433/self-service/login/api",
      transient_payload: {},
      expires_in_minutes: 60,
      ...dataChanges,
    }),
    message_type: "sms",
    request_headers: {},
    ...changes,
  });
}

function text(path: string): string {
  return readFileSync(new URL(path, FOLDER), "utf8");
}

/** A recording holds the whole request, a hand-made fixture the context alone. */
function contextOf(fixture: Json): Json {
  return "recipient" in fixture ? fixture : (fixture["body"] as Json);
}

function without(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
