// A product with a phone login in one file. Where a real one would ask Ory Kratos, it makes the code itself and posts it
// to the gateway as Kratos' courier does.
import { randomInt } from "node:crypto";
import { createServer } from "node:http";

const { PRODUCT_PORT = "3000", PORT = "8080" } = process.env;

const codes = new Map();

createServer(async (request, response) => {
  if (request.url === "/") return response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(PAGE);
  if (request.method !== "POST") return response.writeHead(404).end();
  let body = "";
  for await (const chunk of request) body += chunk;
  const { phone, code } = JSON.parse(body);
  if (request.url === "/codes") {
    await sendCode(phone);
    return response.writeHead(204).end();
  }
  const isRight = code !== undefined && code === codes.get(phone);
  if (isRight) codes.delete(phone);
  response.writeHead(isRight ? 200 : 403).end();
}).listen(Number(PRODUCT_PORT), "127.0.0.1");

async function sendCode(phone) {
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  codes.set(phone, code);
  const message = {
    recipient: phone,
    body: `Your login code is: ${code}\n\nIt expires in 60 minutes.\n`,
    template_type: "login_code_valid",
    template_data: { to: phone, login_code: code, expires_in_minutes: 60 },
    message_type: "sms",
  };
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`http://127.0.0.1:${PORT}/courier/sms`, {
    method: "POST",
    headers,
    body: JSON.stringify(message),
  });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
}

const PAGE = `<!doctype html>
<html lang="en">
<title>Log in</title>
<form id="ask"><label>Phone <input id="phone" type="tel" autocomplete="tel"></label> <button>Send code</button></form>
<form id="login">
  <label>Code <input id="code" inputmode="numeric" autocomplete="one-time-code"></label> <button>Log in</button>
</form>
<p id="says" role="status"></p>
<script type="module">
  const { ask, login, phone, code, says } = Object.fromEntries([...document.querySelectorAll("[id]")].map((e) => [e.id, e]));
  const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });
  ask.onsubmit = async (event) => {
    event.preventDefault();
    const answer = await post("/codes", { phone: phone.value });
    says.textContent = answer.ok ? "Code sent" : "Try again";
  };
  login.onsubmit = async (event) => {
    event.preventDefault();
    const answer = await post("/login", { phone: phone.value, code: code.value });
    says.textContent = answer.ok ? "Welcome" : "Wrong code";
  };
</script>
`;
