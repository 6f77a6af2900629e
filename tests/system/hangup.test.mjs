// SPDX-License-Identifier: Apache-2.0
//
// Clients that hang up at each step, and requests two readers might read differently, on
// the gateway built with AddressSanitizer: it lives, it answers the next one, it ends in
// order without a leak.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import net from "node:net";
import { after, before, test } from "node:test";
import { chat, officer, signed, site, sms, waitFor } from "./harness.mjs";

let here;
before(async () => {
  here = await site({ program: process.env.KOBAN_ASAN_PROGRAM ?? process.env.KOBAN_PROGRAM,
    env: { ASAN_OPTIONS: "detect_leaks=1:abort_on_error=0:exitcode=99" } });
});
after(async () => {
  const log = here.gateway.logText();
  assert.equal(await here.end(), 0, log.slice(-3000));
  assert.ok(!/AddressSanitizer|runtime error/.test(log), log.slice(-3000));
});

// Sends bytes on a socket of its own; what came back until it closed, or until `until`.
function raw(bytes, { hangUpAfterMs = null, until = null } = {}) {
  return new Promise((done) => {
    let text = "";
    const socket = net.connect(here.gateway.port, "127.0.0.1", () => {
      socket.write(bytes);
      if (hangUpAfterMs === 0) socket.destroy();
      else if (hangUpAfterMs) setTimeout(() => socket.destroy(), hangUpAfterMs);
    });
    socket.on("data", (piece) => {
      text += piece;
      if (until && text.includes(until)) socket.destroy();
    });
    socket.on("close", () => done(text));
    socket.on("error", () => {});
  });
}

function webhook(text = "財布を落としました") {
  const id = randomUUID(), body = JSON.stringify({ id, from: "+819055550001", text });
  const headers = Object.entries(signed(body, { id })).map(([k, v]) => `${k}: ${v}\r\n`).join("");
  return Buffer.from(`POST /in/sms-demo HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const alive = async () => assert.equal((await sms(here.gateway, "+819055550002", "道を教えて")).status, 200);

test("a client that hangs up after any byte harms nobody", async () => {
  const whole = webhook();
  for (let cut = 1; cut < whole.length; cut += 17) await raw(webhook().subarray(0, cut), { hangUpAfterMs: 0 });
  for (let i = 0; i < 40; i++) await raw(webhook(), { hangUpAfterMs: i % 8 });
  await alive();
});

test("what was stored before its client went away is settled all the same", async () => {
  await waitFor("settled", () => here.database.value("select count(*) from inbox where outcome = 0") === "0");
  const accounts = JSON.parse(here.gateway.cli("accounts"));
  assert.deepEqual([accounts.difference, accounts.differences], [0, []]);
});

test("heads that two readers might read differently are refused and the connection closed", async () => {
  const heads = [
    "POST /in/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\nabcd",
    "POST /in/x HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
    "POST /in/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /in/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST /in/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(9000)}\r\n\r\n`,
  ];
  for (const head of heads) {
    const answer = await raw(head + "GET /chat/sakura/state HTTP/1.1\r\nHost: a\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 [45]\d\d /, head.slice(0, 60));
    assert.equal(answer.split("HTTP/1.1 ").length, 2, `one answer only: ${head.slice(0, 60)}`);
  }
  await alive();
});

test("pipelined requests are answered one after the other", async () => {
  const ask = "GET /chat/sakura/state HTTP/1.1\r\nHost: a\r\n\r\n";
  const answer = await raw(ask + ask + "GET /chat/sakura/state HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.equal(answer.split("HTTP/1.1 200").length, 4);
});

test("streams whose readers vanish are forgotten", async () => {
  const console = await officer(here.gateway, "sato", 11);
  const resident = await chat(here.gateway);
  for (let i = 0; i < 10; i++) {
    await raw(`GET /api/events?after= HTTP/1.1\r\nHost: a\r\nCookie: ${console.cookie}\r\n\r\n`, { until: "hello" });
    await raw(`GET /chat/sakura/events HTTP/1.1\r\nHost: a\r\nKoban-Chat-Code: ${resident.code}\r\n\r\n`, { until: "hello" });
  }
  await waitFor("one stream is left", async () => (await here.gateway.metrics()).koban_streams === 1);
  await resident.say("助けて 刺された");
  await waitFor("it still rings", () => console.alarms().length > 0);
  console.close();
});
