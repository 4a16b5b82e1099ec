// A stand-in of Twilio and Plivo: takes any message after LATENCY_MS, at the least cost, so that the gateway is what is measured.
import { createServer } from "node:http";

const latencyMs = Number(process.env.LATENCY_MS ?? 0);
const twilio = JSON.stringify({ sid: "SM00000000000000000000000000000000", status: "queued", error_code: null });
const plivo = JSON.stringify({
  message_uuid: ["00000000-0000-0000-0000-000000000000"],
  message: "queued",
  api_id: "0",
});

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const isTwilio = request.url?.startsWith("/2010-04-01") ?? false;
  const answer = () =>
    response.writeHead(isTwilio ? 201 : 202, { "content-type": "application/json" }).end(isTwilio ? twilio : plivo);
  request.resume().on("end", () => (latencyMs > 0 ? setTimeout(answer, latencyMs) : answer()));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
