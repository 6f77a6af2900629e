// SPDX-License-Identifier: Apache-2.0
//
// What the demo city's SMS centre and LINE would be: takes what the gateway sends and shows it
// as the residents' and officers' phones would. For `make run`; the tests have fakes that can
// also refuse, hang and repeat. Usage: node tools/demo-phone.mjs PORT
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";

const PORT = Number(process.argv[2]);
const BODY_MAX = 256 * 1024;

const show = (kind, to, text) =>
  process.stdout.write(`  [${kind} to ${to}] ${String(text).replaceAll("\n", " / ")}\n`);

function answer(path, body) {
  const message = JSON.parse(body);
  if (!path.startsWith("/v2/bot/")) {
    show("text", message.to, message.text);
    return { id: randomUUID() };
  }
  for (const part of message.messages ?? []) show("LINE", message.to ?? "reply", part.text);
  return { sentMessages: (message.messages ?? []).map(() => ({ id: randomUUID() })) };
}

createServer((request, response) => {
  const pieces = [];
  let size = 0;
  request.on("data", (piece) => {
    size += piece.length;
    if (size > BODY_MAX) request.destroy();
    pieces.push(piece);
  });
  request.on("end", () => {
    let status = 200;
    let reply;
    try {
      reply = answer(request.url, Buffer.concat(pieces).toString());
    } catch (error) {
      status = 400;
      reply = { error: error.message };
    }
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply));
  });
}).listen(PORT, "127.0.0.1");
