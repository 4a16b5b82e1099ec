import { basicCredentials, type Dialect } from "./vendor-server.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** Twilio as a stand-in speaks it. */
export const twilioDialect: Dialect = {
  accepted: (id) => ({
    status: 201,
    headers: JSON_TYPE,
    body: JSON.stringify({
      sid: id,
      status: "queued",
      error_code: null,
      error_message: null,
      num_segments: "1",
      date_created: "Sat, 21 Nov 2026 12:00:00 +0000",
    }),
  }),
  refused: (status, code = 20003) => ({
    status,
    headers: JSON_TYPE,
    // The vendor's prose repeats the number it was given.
    body: JSON.stringify({ code: Number(code), message: "The number +4915112345678 is bad", more_info: "", status }),
  }),
  read({ body }) {
    const form = new URLSearchParams(body);
    const sender = form.get("From") ?? form.get("MessagingServiceSid");
    return { to: form.get("To") ?? "", text: form.get("Body") ?? "", ...(sender !== null && { sender }) };
  },
  authentic(request, accounts) {
    const [user, password] = basicCredentials(request);
    return Object.hasOwn(accounts, user) && accounts[user] === password;
  },
  unauthorizedStatus: 401,
};
