// SPDX-License-Identifier: Apache-2.0
//
// Clients that hang up at each step, and requests two readers might read differently, on
// the gateway built with AddressSanitizer: it lives, it answers the next one, it ends in
// order without a leak.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import net from "node:net";
import { after, before, test } from "node:test";
import { Away, chat, officer, signed, site, sms, waitFor } from "./harness.mjs";

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

// Locks a table until `release` is called; what writes to it waits meanwhile.
async function locked(table, work) {
  const holder = spawn("psql", ["-X", "-q", "-d", here.database.url("koban_owner")], { stdio: ["pipe", "ignore", "ignore"], cwd: "/" });
  holder.stdin.write(`begin; lock table ${table} in share mode;\n`);
  await waitFor("the lock is held", () => here.database.value(
    `select count(*) from pg_locks where mode = 'ShareLock' and relation = '${table}'::regclass`) === "1");
  await work();
  holder.stdin.end("commit;\n");
  await new Promise((done) => holder.on("exit", done));
}

test("who hangs up while the commit is awaited is stored and settled all the same", async () => {
  const before = Number(here.database.value("select count(*) from inbox"));
  await locked("inbox", () => Promise.all(Array.from({ length: 10 }, () => raw(webhook("落とし物"), { hangUpAfterMs: 100 }))));
  await waitFor("stored", () => Number(here.database.value("select count(*) from inbox")) === before + 10);
  await alive();
});

test("who hangs up while the journal is awaited, or signs in and leaves, harms nobody", async () => {
  const away = new Away(here.database);
  await waitFor("settled", () => here.database.value("select count(*) from inbox where outcome = 0") === "0");
  const before = Number(here.database.value("select count(*) from inbox"));
  away.begin();
  await Promise.all(Array.from({ length: 10 }, (_, i) => raw(webhook("落とし物"), { hangUpAfterMs: 300 + 60 * i })));
  away.open();
  await waitFor("it comes back", () => here.gateway.logText().includes("intake_breaker_closed"), 20000);
  await waitFor("all are stored", () => Number(here.database.value("select count(*) from inbox")) === before + 10);
  const body = JSON.stringify({ login: "sato", password: "wrong", totp: "000000" });
  const signIn = `POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:${here.gateway.port}\r\nOrigin: ${here.gateway.base}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await Promise.all([0, 1, 5, 20, 50].map((ms) => raw(signIn, { hangUpAfterMs: ms })));
  await alive();
});

test("an officer's command whose console vanishes is done all the same", async () => {
  const console = await officer(here.gateway, "ito", 10);
  await sms(here.gateway, "+819055550009", "落とし物");
  const ref = await waitFor("a thread", () => here.database.value("select area_id || '-' || id from thread where address = '+819055550009'"));
  const body = JSON.stringify({ client_id: randomUUID(), text: "お待ちください", force: true });
  const request = `POST /api/threads/${ref}/reply HTTP/1.1\r\nHost: 127.0.0.1:${here.gateway.port}\r\nOrigin: ${here.gateway.base}\r\nCookie: ${console.cookie}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  await locked("message", () => raw(request, { hangUpAfterMs: 100 }));
  await waitFor("it went out", () => here.centre.to("+819055550009").some((entry) => entry.text.includes("お待ちください")));
  console.close();
  await alive();
});
