// What a team writes in an afternoon: a Hono route and Twilio's SDK as its documentation shows it.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import twilio from "twilio";

/** The SDK's own HTTP client, sent to the stand-in. */
class StandInClient extends twilio.RequestClient {
  request(options) {
    return super.request({ ...options, uri: options.uri.replace("https://api.twilio.com", process.env.VENDOR_URL) });
  }
}

const client = twilio(`AC${"0".repeat(32)}`, "token", { httpClient: new StandInClient() });
const app = new Hono();
app.post("/courier/sms", async (c) => {
  const { recipient, body } = await c.req.json();
  const message = await client.messages.create({ to: recipient, from: "+14155550101", body });
  return c.json({ id: message.sid });
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
