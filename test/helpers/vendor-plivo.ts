import { basicCredentials, type Dialect } from "./vendor-server.ts";

/** Plivo as a stand-in speaks it. */
export const plivoDialect: Dialect = {
  accepted: (id) => ({
    status: 202,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "message(s) queued", message_uuid: [id], api_id: "5d8b8a3e" }),
  }),
  refused: (status) =>
    status === 401
      ? { status, headers: { "content-type": "text/html", "www-authenticate": "Basic" }, body: "Could not verify" }
      : {
          status,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ api_id: "5d8b8a3e", error: "4915112345678 is not a valid phone number" }),
        },
  read({ body }) {
    const { dst, text, src, powerpack_uuid } = JSON.parse(body);
    const sender = src ?? powerpack_uuid;
    return { to: `+${dst}`, text, ...(sender !== undefined && { sender }) };
  },
  authentic(request, accounts) {
    const [user, password] = basicCredentials(request);
    return Object.hasOwn(accounts, user) && accounts[user] === password;
  },
  unauthorizedStatus: 401,
};
