// SPDX-License-Identifier: Apache-2.0
//
// nginx as deploy/nginx configures it, in front of a real gateway: TLS, names, who may reach
// what, bytes that two readers could understand differently, slow clients, events.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { after, before, test } from "node:test";
import { PASSWORD, signed, site, totp, waitFor } from "./harness.mjs";
import { proxy } from "./proxy.mjs";

const HOOKS = "hooks.koban.example", CONSOLE = "console.koban.example", CHAT = "chat.koban.example";
let koban, nginx, slow;

// How long nginx bears a client that has sent `first` and goes on by drips, if at all.
async function cut(first, drip) {
  const socket = await nginx.connect(HOOKS), started = Date.now();
  socket.on("error", () => {});
  socket.on("data", () => {});
  const closed = new Promise((done) => socket.on("close", done));
  socket.write(first);
  const timer = setInterval(() => drip && socket.write(drip), 500);
  await closed;
  clearInterval(timer);
  return Date.now() - started;
}

before(async () => {
  koban = await site({ sets: { trusted_proxy: "127.0.0.1", public_url: `https://${CONSOLE}` } });
  nginx = await proxy(koban.gateway.port);
  slow = Promise.all([
    cut(`POST /in/sms-demo HTTP/1.1\r\nHost: ${HOOKS}\r\n`, "X: y\r\n"),
    cut(`POST /in/sms-demo HTTP/1.1\r\nHost: ${HOOKS}\r\nContent-Length: 100\r\n\r\nabc`, ""),
  ]);
});
after(async () => {
  await nginx.end();
  await koban.end();
});

const posts = async () => (await koban.gateway.metrics()).koban_webhooks_total;
const isStored = (id) => koban.database.value(`select count(*) from inbox where event_key like '%${id}'`) !== "0";

test("TLS 1.2 and 1.3 for our names; nothing older, nobody else's name, no http", async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"]) {
    const socket = await nginx.connect(HOOKS, { minVersion: version, maxVersion: version });
    assert.equal(socket.getProtocol(), version);
    socket.destroy();
  }
  await assert.rejects(nginx.connect(HOOKS, { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    /alert|version/);
  await assert.rejects(nginx.connect("other.example"), /unrecognized name|alert/);
  await assert.rejects(nginx.connect(undefined), /unrecognized name|alert|altnames/);
  const plain = (host) => new Promise((done) => {
    http.get({ host: "127.0.0.1", port: nginx.plain, path: "/chat/sakura?a=1", headers: { host } },
      (response) => { response.resume(); done(response); }).on("error", () => done(null));
  });
  const moved = await plain(CHAT);
  assert.equal(moved.statusCode, 301);
  assert.equal(moved.headers.location, `https://${CHAT}/chat/sakura?a=1`);
  assert.equal(await plain(HOOKS), null, "a provider is not led to https");
  assert.equal(await plain("other.example"), null);
});

test("each name serves its own, and none the administrator's listener", async () => {
  const status = async (name, path) => (await nginx.call(name, "GET", path)).status;
  for (const name of [HOOKS, CONSOLE, CHAT])
    for (const path of ["/metrics", "/readyz", "/livez"]) assert.equal(await status(name, path), 404, name + path);
  assert.equal(await status(CONSOLE, "/"), 200);
  assert.equal(await status(CHAT, "/chat/sakura"), 200);
  assert.equal(await status(CHAT, "/chat/sakura/state"), 200);
  const asset = (await nginx.call(CHAT, "GET", "/chat/sakura")).text.match(/\/assets\/[^"]*\.js/)[0];
  assert.equal(await status(CHAT, asset), 200);
  for (const path of ["/", "/api/boot", "/chat/sakura"]) assert.equal(await status(HOOKS, path), 404, path);
  for (const path of ["/", "/api/boot", "/api/events", "/index.html"]) assert.equal(await status(CHAT, path), 404, path);
  for (const path of ["/in/sms-demo", "/chat/sakura", "/join/sakura"]) assert.equal(await status(CONSOLE, path), 404, path);
  assert.match((await nginx.call(CONSOLE, "GET", "/")).headers["strict-transport-security"], /max-age/);
});

test("a signature over the raw body holds, however the body is framed", async () => {
  for (const chunked of [false, true]) {
    const id = randomUUID();
    const body = `{ "id":"${id}",\r\n\t"from" : "+819055550101","text":"\\u843d\\u3068し物 \u{1f600} ~%2F" }  `;
    const answer = await nginx.call(HOOKS, "POST", "/in/sms-demo", { body, chunked, headers: signed(body, { id }) });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(isStored(id));
    const forged = await nginx.call(HOOKS, "POST", "/in/sms-demo", { body: body.trim(), chunked, headers: signed(body, { id }) });
    assert.equal(forged.status, 401);
  }
});

test("what goes on: target and body byte for byte, one length, the address we saw", async () => {
  const seen = [];
  const capture = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (piece) => {
      seen.push(piece.toString("latin1"));
      if (seen.join("").endsWith("end")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
  });
  await new Promise((done) => capture.listen(0, "127.0.0.1", done));
  const other = await proxy(capture.address().port);
  const body = "a\u00e9\r\n\r\n0\r\n\r\nGET / end";
  await other.call(HOOKS, "POST", "/in//x/../%2e%2F?a=%20b&&c", { body, chunked: true,
    headers: { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9", "x-real-ip": "203.0.113.9", under_score: "1" } });
  const [head, rest] = Buffer.from(seen.join(""), "latin1").toString().split(/\r\n\r\n(.*)/s);
  assert.match(head, /^POST \/in\/\/x\/\.\.\/%2e%2F\?a=%20b&&c HTTP\/1\.1\r\n/);
  assert.equal(rest, body);
  assert.deepEqual(head.match(/^(content-length|transfer-encoding):.*$/gim), [`Content-Length: ${Buffer.byteLength(body)}`]);
  assert.deepEqual(head.match(/^x-forwarded-for:.*$/gim), ["X-Forwarded-For: 127.0.0.1"]);
  assert.doesNotMatch(head, /203\.0\.113\.9/);
  assert.match(head, /^under_score: 1$/m);
  await other.end();
  capture.close();
});

test("a body that is too large is refused before the gateway hears of it", async () => {
  const before = await posts(), body = "x".repeat(300 * 1024);
  for (const chunked of [false, true]) {
    const answer = await nginx.call(HOOKS, "POST", "/in/sms-demo", { body, chunked }).catch((error) => error);
    assert.ok(answer.status === 413 || answer.code, "refused or cut");
  }
  const huge = await nginx.raw(HOOKS, `POST /in/sms-demo HTTP/1.1\r\nHost: ${HOOKS}\r\nContent-Length: 99999999999\r\n\r\n`);
  assert.match(huge, /^HTTP\/1\.1 413 /);
  // Its last field is the gateway's time: nothing was passed on.
  const refusals = () => nginx.log().split("\n").filter((line) => / 413 /.test(line));
  await waitFor("each is in nginx's log", () => refusals().length === 3);
  const lines = refusals();
  for (const line of lines) assert.match(line, / -$/);
  assert.equal(await posts(), before);
});

// A whole, well signed POST that must never be seen as a request of its own.
function stowaway() {
  const id = randomUUID(), body = JSON.stringify({ id, from: "+819055550666", text: "助けて" });
  const head = Object.entries(signed(body, { id })).map(([key, value]) => `${key}: ${value}\r\n`).join("");
  return { id, bytes: `POST /in/sms-demo HTTP/1.1\r\nHost: ${HOOKS}\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}` };
}

const n = (bytes) => Buffer.byteLength(bytes);
const hex = (number) => number.toString(16);
// Each: what stands in the head, and how the bytes hide in the body.
const attempts = {
  "length and chunked (CL.TE)": (s) => [`Content-Length: ${n(s) + 5}\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${s}`],
  "chunked and length (TE.CL)": (s) => [`Transfer-Encoding: chunked\r\nContent-Length: 4`, `${hex(n(s))}\r\n${s}\r\n0\r\n\r\n`],
  "two lengths": (s) => [`Content-Length: 0\r\nContent-Length: ${n(s)}`, s],
  "two lengths, the longer first": (s) => [`Content-Length: ${n(s)}\r\nContent-Length: 0`, s],
  "a list of lengths": (s) => [`Content-Length: ${n(s)}, 0`, s],
  "a length with a sign": (s) => [`Content-Length: +0`, s],
  "a length in hex": (s) => [`Content-Length: 0x0`, s],
  "a negative length": (s) => [`Content-Length: -1`, s],
  "a bare LF hides chunked": (s) => [`Content-Length: ${n(s) + 5}\r\nX: a\nTransfer-Encoding: chunked`, `0\r\n\r\n${s}`],
  "a bare CR hides chunked": (s) => [`Content-Length: ${n(s) + 5}\r\nX: a\rTransfer-Encoding: chunked`, `0\r\n\r\n${s}`],
  "a blank before the colon": (s) => [`Content-Length: ${n(s) + 5}\r\nTransfer-Encoding : chunked`, `0\r\n\r\n${s}`],
  "a folded line": (s) => [`Content-Length: ${n(s) + 5}\r\nX: a\r\n Transfer-Encoding: chunked`, `0\r\n\r\n${s}`],
  "a coding nobody knows": (s) => [`Content-Length: ${n(s) + 5}\r\nTransfer-Encoding: xchunked`, `0\r\n\r\n${s}`],
  "chunked with a tab": (s) => [`Content-Length: ${n(s) + 5}\r\nTransfer-Encoding:\tchunked`, `0\r\n\r\n${s}`],
  "chunked twice": (s) => [`Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: ${n(s) + 5}`, `0\r\n\r\n${s}`],
  "a chunk's size as 0x": (s) => [`Transfer-Encoding: chunked`, `0x0\r\n\r\n${s}`],
  "a chunk's size with a sign": (s) => [`Transfer-Encoding: chunked`, `+0\r\n\r\n${s}`],
  "a chunk's size that overflows": (s) => [`Transfer-Encoding: chunked`, `10000000000000000\r\n${s}`],
  "a chunk longer than it says": (s) => [`Transfer-Encoding: chunked`, `1\r\nab\r\n0\r\n\r\n${s}`],
  "a length inside the first line": (s) => [`X: \0\r\nContent-Length: 0`, s],
};

for (const [name, make] of Object.entries(attempts)) {
  test(`no second request by ${name}`, async () => {
    const before = await posts(), hidden = stowaway();
    const [head, body] = make(hidden.bytes);
    const answer = await nginx.raw(HOOKS, `POST /in/sms-demo HTTP/1.1\r\nHost: ${HOOKS}\r\n${head}\r\n\r\n${body}`, 700);
    assert.match(answer, /^HTTP\/1\.1 [45]/, "the first is refused");
    assert.equal(answer.match(/HTTP\/1\.1 /g).length, 1, "and there is no second");
    assert.ok(await posts() - before <= 1);
    assert.ok(!isStored(hidden.id), "the stowaway was not seen");
  });
}

test("the stowaway by itself would have come in", async () => {
  const hidden = stowaway();
  assert.match(await nginx.raw(HOOKS, hidden.bytes, 500), /^HTTP\/1\.1 200/);
  assert.ok(isStored(hidden.id));
});

test("events arrive one by one, through a console signed in over TLS", async () => {
  const login = "sato", headers = { origin: `https://${CONSOLE}:${nginx.port}`, "content-type": "application/json" };
  koban.database.rows(`update officer set totp_counter = 0 where login = '${login}'`);
  const session = await nginx.call(CONSOLE, "POST", "/api/session",
    { headers, body: JSON.stringify({ login, password: PASSWORD, totp: totp() }) });
  assert.equal(session.status, 200, session.text);
  const [cookie] = session.headers["set-cookie"];
  assert.match(cookie, /Secure/i);
  let heard = "";
  const stream = await nginx.call(CONSOLE, "GET", "/api/events?sound=1",
    { headers: { cookie: cookie.split(";")[0] }, onPiece: (piece) => (heard += piece) });
  assert.equal(stream.status, 200);
  await waitFor("hello", () => heard.includes("event: hello"), 2000);
  const id = randomUUID(), body = JSON.stringify({ id, from: "+819055550202", text: "助けて 火事です さくら" });
  assert.equal((await nginx.call(HOOKS, "POST", "/in/sms-demo", { body, headers: signed(body, { id }) })).status, 200);
  await waitFor("the alarm, long before a buffer is full", () => /"kind":"alarm"/.test(heard), 2000);
  stream.end();
});

test("a client that drips its head, or stops in its body, is cut; the gateway never sees it", async () => {
  const [head, body] = await slow;
  assert.ok(head > 3000 && head < 9000, `head after ${head} ms`);
  assert.ok(body > 8000 && body < 14000, `body after ${body} ms`);
  const timedOut = () => nginx.log().split("\n").filter((line) => / 408 /.test(line));
  await waitFor("both are in the log", () => timedOut().length === 2);
  for (const line of timedOut()) assert.match(line, / -$/);
});

test("the log names neither addresses nor queries nor tokens", async () => {
  await nginx.call(CONSOLE, "GET", "/p/very-secret-token?x=also-secret");
  const log = await waitFor("a line", () => nginx.log().includes("/p/-") && nginx.log());
  assert.doesNotMatch(log, /secret|127\.0\.0\.1|\?/);
  for (const name of ["access.log", "error.log", "koban-error.log"])
    assert.doesNotMatch(nginx.log(name), /secret|client|127\.0\.0\.1/, name);
});
