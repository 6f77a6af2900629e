// SPDX-License-Identifier: Apache-2.0
//
// What every system test stands on: a database of its own copied from the seeded one, real
// gateway processes, signed webhooks, officers' consoles (sign-in, SSE, commands), a fake
// SMS centre that keeps a ledger. Waits for conditions, never for time.
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ask, hangUp } from "./psql.mjs";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const SECRET = "koban-demo-secret-0123456789abcdef";
export const PASSWORD = "koban-demo-password";
const TOTP_SECRET = "koban-demo-totp-1234";
const HOST = process.env.KOBAN_TEST_HOST;
// Like the clusters of the tests: in memory where that is possible.
const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const PROGRAM = process.env.KOBAN_PROGRAM ?? "build/koban";

export async function waitFor(what, condition, timeoutMs = 30000) {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > until) throw new Error(`not reached in ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

const isFree = (port) => new Promise((done) => {
  const server = net.createServer();
  server.once("error", () => done(false));
  server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
});

// A port that is free, and the next one too: a second worker's admin page is there. Below
// those that the kernel gives away to whoever calls out meanwhile.
export async function freePort() {
  for (;;) {
    const port = 12000 + 2 * Math.floor(Math.random() * 10000);
    if (await isFree(port) && await isFree(port + 1)) return port;
  }
}

let databases = 0;

export class Database {
  constructor(template = "koban_demo", host = HOST) {
    this.host = host;
    this.name = `t_${process.pid}_${databases++}`;
    this.psql("postgres", "postgres", `create database ${this.name} template ${template} owner koban_owner`);
  }
  psql(user, database, sql) {
    return ask(`host=${this.host} user=${user} dbname=${database}`, sql);
  }
  // Rows of a query, each an array of texts.
  rows(sql) {
    const text = this.psql("koban_owner", this.name, sql);
    return text === "" ? [] : text.split("\n").map((line) => line.split("\t"));
  }
  value(sql) { return this.rows(sql)[0]?.[0]; }
  url(user) { return `host=${this.host} dbname=${this.name} user=${user}`; }
  close() { hangUp(`host=${this.host} user=koban_owner dbname=${this.name}`); }
}

export class Gateway {
  constructor(database, { env = {}, sets = {}, program = PROGRAM, args = [], journal } = {}) {
    Object.assign(this, { database, env, sets, program, args });
    this.folder = journal ?? mkdtempSync(join(SCRATCH, "koban-test-"));
    this.log = join(this.folder, "log");
  }
  options() {
    const sets = { database: this.database.url("koban_gateway"), log_level: "info",
      owner: this.database.url("koban_owner"), listen: `127.0.0.1:${this.port}`,
      admin_listen: `127.0.0.1:${this.admin}`, public_url: this.base,
      journal: join(this.folder, "journal"), rung_ms: 1000,
      ...(process.env.KOBAN_TEST_KEY ? { master_key_file: process.env.KOBAN_TEST_KEY } : {}), ...this.sets };
    return Object.entries(sets).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  }
  async ports() {
    this.port ??= await freePort();
    this.admin ??= await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
    return this;
  }
  async start({ waitReady = true } = {}) {
    await this.ports();
    const log = openSync(this.log, "a");
    this.code = undefined;
    this.child = spawn(this.program, [...this.options(), "serve", ...this.args],
      { cwd: ROOT, env: { ...process.env, ...this.env }, stdio: ["ignore", log, log] });
    this.exited = new Promise((done) => this.child.on("exit", (code, signal) => {
      this.code = code ?? signal;
      done(this.code);
    }));
    if (waitReady)
      await waitFor("gateway ready", () => this.isReady()).catch((error) => {
        throw new Error(`${error.message}\n${this.logText().slice(-2000)}`);
      });
    return this;
  }
  async isReady() {
    try {
      return (await fetch(`http://127.0.0.1:${this.admin}/readyz`)).status === 200;
    } catch { return false; }
  }
  kill(signal = "SIGKILL") { this.child.kill(signal); return this.exited; }
  async stop() {
    if (this.child && this.code === undefined) await this.kill("SIGTERM");
    const code = this.code;
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
  logText() { return readFileSync(this.log, "utf8"); }
  async metrics() {
    const text = await (await fetch(`http://127.0.0.1:${this.admin}/metrics`)).text();
    return Object.fromEntries(text.split("\n").filter((l) => l && !l.startsWith("#"))
      .map((l) => l.split(" ")).map(([k, v]) => [k, Number(v)]));
  }
  cli(...args) {
    return execFileSync(this.program, [...this.options(), ...args], { cwd: ROOT, encoding: "utf8" });
  }
}

// Only this database is away: nobody is let in any more, and who is in is sent away or
// stands still.
export class Away {
  constructor(database) { this.database = database; }
  admin(sql) { return this.database.psql("postgres", "postgres", sql); }
  close() { this.admin(`alter database ${this.database.name} allow_connections false`); }
  open() { this.admin(`alter database ${this.database.name} allow_connections true`); }
  backends(name) {
    return this.admin(`select pid from pg_stat_activity where datname = '${this.database.name}'
      and application_name like 'koban ${name}'`).split("\n").filter(Boolean).map(Number);
  }
  begin() {
    this.close();
    this.admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${this.database.name}'`);
  }
}

// ---- residents

export function signed(body, { id, secret = SECRET, at = Date.now() } = {}) {
  const timestamp = String(Math.floor(at / 1000));
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}`,
    "content-type": "application/json" };
}

export function post(url, body, headers = {}, timeoutMs = 10000) {
  return new Promise((done, fail) => {
    const started = performance.now();
    const request = http.request(url, { method: "POST", agent: false, timeout: timeoutMs,
      headers: { "content-length": Buffer.byteLength(body), ...headers } }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => done({ status: response.statusCode, headers: response.headers,
        text: Buffer.concat(pieces).toString(), ms: performance.now() - started }));
    });
    request.on("error", fail);
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.end(body);
  });
}

// A text from a telephone through the generic signed channel.
export function sms(gateway, from, text, { id = randomUUID(), channel = "sms-demo", ...more } = {}) {
  const body = JSON.stringify({ id, from, text, ...more });
  return post(`${gateway.base}/in/${channel}`, body, signed(body, { id }));
}

export async function chat(gateway, koban = "sakura") {
  const session = JSON.parse((await post(`${gateway.base}/chat/${koban}/session`, "")).text);
  const headers = { "koban-chat-code": session.code, "content-type": "application/json" };
  return { ...session,
    say: (text, more = {}) => post(`${gateway.base}/in/${session.channel}`, JSON.stringify({
      id: randomUUID(), event: "message", address: session.address, koban, text, ...more }), headers),
    messages: async () => (await (await fetch(`${gateway.base}/chat/${koban}/messages`, { headers })).json()).chat,
  };
}

// ---- officers

export function totp(at = Date.now()) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac("sha1", TOTP_SECRET).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export class Console {
  constructor(gateway, login) { Object.assign(this, { gateway, login, events: [], direct: [] }); }
  async signIn() {
    // A gateway that just started may have no connection for its consoles yet: they come again.
    const response = await waitFor("an answer to the sign-in", async () => {
      // One code counts once for ever: the test's own database makes it fresh again.
      this.gateway.database.rows(`update officer set totp_counter = 0 where login = '${this.login}'`);
      const answer = await this.call("POST", "/api/session", { login: this.login, password: PASSWORD, totp: totp() });
      return answer.status !== 503 && answer;
    });
    if (response.status !== 200) throw new Error(`sign-in: ${response.status} ${response.text}`);
    this.cookie = response.headers["set-cookie"][0].split(";")[0];
    return this;
  }
  async call(method, path, body) {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { host: `127.0.0.1:${this.gateway.port}`, origin: this.gateway.base,
      ...(this.cookie ? { cookie: this.cookie } : {}), ...(text ? { "content-type": "application/json" } : {}) };
    return new Promise((done, fail) => {
      const request = http.request(this.gateway.base + path, { method, agent: false,
        headers: { ...headers, ...(method === "GET" ? {} : { "content-length": Buffer.byteLength(text) }) } },
      (response) => {
        let out = "";
        response.on("data", (piece) => (out += piece));
        response.on("end", () => {
          let json = null;
          try { json = JSON.parse(out); } catch { /* not JSON */ }
          done({ status: response.statusCode, headers: response.headers, text: out, json });
        });
      });
      request.on("error", fail);
      request.end(text);
    });
  }
  duty(koban, sound = true) { return this.call("POST", "/api/duty", { koban, role: "officer", sound }); }
  command(ref, name, body = {}) {
    return this.call("POST", `/api/threads/${ref}/${name}`, { client_id: randomUUID(), ...body });
  }
  // Opens the event stream; events and direct alarms gather in this console.
  stream({ after = "", sound = true } = {}) {
    return new Promise((done, fail) => {
      const request = http.get(`${this.gateway.base}/api/events?sound=${sound ? 1 : 0}&after=${after}`,
        { agent: false, headers: { cookie: this.cookie } }, (response) => {
          if (response.statusCode !== 200) { fail(new Error(`stream ${response.statusCode}`)); return; }
          let text = "";
          response.on("data", (piece) => {
            text += piece;
            for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2))
              this.take(text.slice(0, end), done);
          });
          response.on("close", () => (this.closed = true));
        });
      request.on("error", (error) => { this.closed = true; fail(error); });
      this.request = request;
    });
  }
  take(block, onHello) {
    const field = (name) => block.split("\n").find((l) => l.startsWith(`${name}: `))?.slice(name.length + 2);
    const event = field("event"), data = field("data");
    if (field("id")) this.lastId = field("id");
    if (event === "hello") onHello(this);
    if (event === "event") this.events.push({ ...JSON.parse(data), at: Date.now() });
    if (event === "direct") this.direct.push({ ...JSON.parse(data), at: Date.now() });
  }
  alarms() { return this.events.filter((event) => event.kind === "alarm"); }
  close() { this.request?.destroy(); }
}

export async function officer(gateway, login, koban, options) {
  const console = await new Console(gateway, login).signIn();
  await console.stream(options);
  if (koban) {
    const started = await console.duty(koban, options?.sound ?? true);
    if (started.status !== 200) throw new Error(`duty: ${started.text}`);
  }
  return console;
}

// ---- a fake SMS centre

export async function smsCentre() {
  const ledger = [];
  // room: how many more it takes before it is busy.
  const centre = { ledger, mode: "accept", room: Infinity, delivered: new Map(), waiting: [] };
  const server = http.createServer((request, response) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(pieces).toString() || "{}");
      const key = request.headers["idempotency-key"];
      const mode = centre.mode === "accept" && --centre.room < 0 ? "busy" : centre.mode;
      ledger.push({ at: Date.now(), key, ...body, mode });
      if (mode === "hang") return;
      if (mode === "refuse") { response.writeHead(500).end("{}"); return; }
      if (mode === "busy") { response.writeHead(429, { "retry-after": "1" }).end(); return; }
      // A key is delivered once, however often it comes.
      centre.delivered.set(key, (centre.delivered.get(key) ?? 0) + 1);
      if (centre.mode === "reset-after") { request.socket.destroy(); return; }
      const accept = () => response.writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ id: `p-${body.id}` }));
      // late: taken, and answered when the test says so.
      if (centre.mode === "late") centre.waiting.push(accept);
      else accept();
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  centre.url = `http://127.0.0.1:${server.address().port}/sms`;
  centre.to = (address) => ledger.filter((entry) => entry.to === address);
  centre.close = () => { server.closeAllConnections(); server.close(); };
  return centre;
}

// A database, one gateway and an SMS centre: what most tests want. `pack`: the country whose
// invented city it is; `before` has the database before anybody serves it.
export async function site({ pack = "jp", before, ...options } = {}) {
  const database = new Database(pack === "jp" ? "koban_demo" : "koban_empty");
  before?.(database);
  const centre = await smsCentre();
  const gateway = await new Gateway(database, { ...options,
    sets: { "channel.sms-demo.base_url": centre.url, country_pack: `deploy/country/${pack}.json`,
      ...options.sets } }).ports();
  if (pack !== "jp") gateway.cli("seed", "--demo");
  await gateway.start();
  return { database, centre, gateway, async end() {
    const code = await gateway.stop();
    centre.close();
    database.close();
    return code;
  } };
}
