// SPDX-License-Identifier: Apache-2.0
//
// Under a service manager: the socket it hands over is served, and it hears when the gateway
// is ready, that it lives, and that it stops. The manager is played by this test, with the
// real protocols: descriptor 3, LISTEN_FDS, LISTEN_PID, datagrams to NOTIFY_SOCKET.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Database, Gateway, ROOT, freePort, sms, waitFor } from "./harness.mjs";

// Node has no datagrams on unix sockets; perl is on every Debian.
const RECEIVER = `use Socket; $| = 1; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die;
bind(S, sockaddr_un($ARGV[0])) or die; while (defined recv(S, $_, 4096, 0)) { tr/\\n/ /; print "$_\\n" }`;

async function manager() {
  const folder = mkdtempSync(join(tmpdir(), "koban-notify-"));
  const path = join(folder, "notify");
  const child = spawn("perl", ["-e", RECEIVER, path], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (piece) => (text += piece));
  await waitFor("the receiver listens", () => existsSync(path));
  return { path, heard: () => text.split("\n").filter(Boolean),
    end() { child.kill(); rmSync(folder, { recursive: true, force: true }); } };
}

// A gateway whose environment says what a manager would say to that very process.
async function serve(gateway, { env, fd, pid = "$$" }) {
  const log = openSync(gateway.log, "a");
  const line = `export LISTEN_PID=${pid}; exec "$0" "$@"`;
  gateway.child = spawn("sh", ["-c", line, gateway.program, ...gateway.options(), "serve", ...gateway.args],
    { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", log, log, ...(fd === undefined ? [] : [fd])] });
  gateway.exited = new Promise((done) => gateway.child.on("exit", (code, signal) => {
    done(gateway.code = code ?? signal);
  }));
}

// A bound, listening socket that only the child accepts from.
async function socketFor(gateway, child) {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  gateway.port = server.address().port;
  gateway.admin = await freePort();
  gateway.base = `http://127.0.0.1:${gateway.port}`;
  await child(server._handle.fd);
  await new Promise((done) => server.close(done));
}

const only = (heard, word) => heard.filter((line) => line.split(" ").includes(word));

for (const workers of [1, 2]) {
  test(`${workers} worker(s): the socket handed over is served; READY, WATCHDOG, STOPPING are told`, async () => {
    const boss = await manager();
    const gateway = new Gateway(new Database(), { args: ["--workers", String(workers)] });
    await socketFor(gateway, (fd) => {
      // The setting names an address nobody could use: it is not looked at.
      gateway.sets.listen = "nowhere:1";
      return serve(gateway, { fd, env: { LISTEN_FDS: "1", NOTIFY_SOCKET: boss.path, WATCHDOG_USEC: "1000000" } });
    });
    await waitFor("READY", () => only(boss.heard(), "READY=1").length === 1);
    assert.ok(await gateway.isReady(), "READY was not told too early");
    assert.equal((await sms(gateway, "+819055550001", "落とし物")).status, 200);
    await waitFor("it lives", () => only(boss.heard(), "WATCHDOG=1").length >= 2);
    assert.equal(only(boss.heard(), "STOPPING=1").length, 0);
    assert.equal(await gateway.kill("SIGTERM"), 0);
    await waitFor("STOPPING", () => only(boss.heard(), "STOPPING=1").length === 1);
    assert.equal(only(boss.heard(), "READY=1").length, 1, "once, whatever the number of workers");
    boss.end();
    await gateway.stop();
  });
}

test("READY is not told while nobody knows who is on duty", async () => {
  const boss = await manager();
  const database = new Database();
  const away = { url: (user) => `host=/nowhere dbname=${database.name} user=${user}` };
  const lonely = new Gateway(away, { env: { NOTIFY_SOCKET: boss.path, WATCHDOG_USEC: "200000" } });
  await lonely.start({ waitReady: false });
  await waitFor("its loop turns", () => only(boss.heard(), "WATCHDOG=1").length >= 10);
  assert.match(boss.heard()[0], /STATUS=waiting for the database/);
  assert.equal(only(boss.heard(), "READY=1").length, 0);
  await lonely.stop();
  boss.end();
});

test("an environment meant for another process is not believed", async () => {
  const gateway = new Gateway(new Database());
  await gateway.start();
  const { port, admin } = gateway;
  await gateway.kill("SIGTERM");
  Object.assign(gateway, { port, admin, code: undefined });
  await serve(gateway, { env: { LISTEN_FDS: "1" }, pid: "1" });
  await waitFor("it binds its own address", () => gateway.isReady());
  assert.equal((await sms(gateway, "+819055550001", "落とし物")).status, 200);
  await gateway.stop();
});

test("what is handed over and does not listen is refused", async () => {
  const gateway = new Gateway(new Database());
  Object.assign(gateway, { port: 1, admin: 1 });
  await serve(gateway, { env: { LISTEN_FDS: "1" }, fd: openSync("/dev/null", "r") });
  assert.equal(await gateway.exited, 1);
  assert.match(gateway.logText(), /not one listening socket was handed over/);
  await gateway.stop();
});

test("a worker whose loop stands still is ended and started again", async () => {
  const gateway = await new Gateway(new Database(),
    { args: ["--workers", "2"], sets: { worker_silent_ms: 2000 } }).start();
  const workers = () => execFileSync("pgrep", ["-P", String(gateway.child.pid)], { encoding: "utf8" })
    .trim().split("\n").map(Number);
  await waitFor("two workers", () => workers().length === 2);
  const [first] = workers();
  process.kill(first, "SIGSTOP");
  await waitFor("another in its place", () => workers().length === 2 && !workers().includes(first));
  assert.match(gateway.logText(), /worker_silent/);
  assert.equal(await gateway.stop(), 0);
});
