// What Kratos' hooks call (kratos/kratos.hooks.yml): says who may register, and keeps a copy of each profile.
//   node examples/hook-receiver/receiver.js
// A start for your own, without dependencies: the profiles live in memory, and GET /profiles shows them.
import { createServer } from "node:http";

const { PORT = "8090", HOOK_KEY = "development-only-hook-key", INVITES = "welcome", DENIED_IPS = "" } = process.env;
const listOf = (text) => text.split(",").filter(Boolean);
const profiles = new Map();

const routes = {
  "POST /may-start": ({ clientIp }) =>
    listOf(DENIED_IPS).includes(clientIp) ? refusal("Registration is not possible from here.") : { status: 204 },

  "POST /may-register": ({ invite }) =>
    listOf(INVITES).includes(invite) ? { status: 204 } : refusal("You need an invitation to register."),

  // A call may come twice, late or never: keep the newest state, and let the next login repair what was lost.
  "POST /profiles": (profile) => {
    const known = profiles.get(profile.id);
    if (!known || known.updatedAt <= profile.updatedAt) profiles.set(profile.id, profile);
    return { status: 204 };
  },

  "GET /profiles": () => ({ status: 200, body: [...profiles.values()] }),
};

/** The only form of a refusal that Kratos reads; "#/" is the whole form, "#/traits/phone" one field, the id is yours. */
function refusal(text) {
  return {
    status: 403,
    body: { messages: [{ instance_ptr: "#/", messages: [{ id: 4900001, text, type: "error" }] }] },
  };
}

async function answer(request) {
  if (request.url === "/livez") return { status: 200 };
  const route = routes[`${request.method} ${request.url}`];
  if (!route) return { status: 404 };
  if (request.headers["x-api-key"] !== HOOK_KEY) return { status: 401 };
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return route(text && JSON.parse(text));
}

createServer(async (request, response) => {
  const { status, body } = await answer(request).catch(() => ({ status: 400 }));
  response.writeHead(status, body && { "Content-Type": "application/json" });
  response.end(body && JSON.stringify(body));
}).listen(Number(PORT), "127.0.0.1", () => console.log(`hook receiver: http://127.0.0.1:${PORT}`));
