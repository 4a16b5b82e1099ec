// The least that could stand between Kratos and Twilio: node:http in, one undici request out, nothing checked or kept.
import { createServer } from "node:http";
import { Pool } from "undici";

const pool = new Pool(process.env.VENDOR_URL ?? "", { connections: 512 });
const authorization = `Basic ${Buffer.from("AC0:token").toString("base64")}`;
const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };

async function send({ recipient, body }) {
  const form = new URLSearchParams({ To: recipient, From: "+14155550101", Body: body }).toString();
  const path = "/2010-04-01/Accounts/AC0/Messages.json";
  const answer = await pool.request({ path, method: "POST", headers, body: form });
  return JSON.parse(await answer.body.text());
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () =>
    send(JSON.parse(Buffer.concat(chunks).toString())).then(
      () => response.writeHead(200, { "content-length": 0 }).end(),
      () => response.writeHead(503).end(),
    ),
  );
});
server.listen(Number(process.env.PORT), "127.0.0.1");
