// SPDX-License-Identifier: Apache-2.0
//
// What an operator does: every command and its help, arguments that are wrong, a force set up
// from nothing, a secret turned while texts come in, a drain that a hanging provider and open
// streams cannot hold up, and logs in which nobody is to be found.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Console, Database, Gateway, PASSWORD, ROOT, chat, officer, post, signed, site, sms, waitFor } from "./harness.mjs";

const NOWHERE = ["--set", "database=host=/nonexistent", "--set", "owner=host=/nonexistent"];

function koban(args, { input = "", sets = NOWHERE } = {}) {
  const { status, stdout, stderr } = spawnSync(process.env.KOBAN_PROGRAM, [...sets, ...args],
    { cwd: ROOT, encoding: "utf8", input, timeout: 20000 });
  return { status, stdout, stderr };
}

const commands = () => [...koban(["--help"]).stdout.matchAll(/^ {2}([a-z-]+) +\S/gm)].map((found) => found[1]);

test("every command has help that needs neither settings nor database", () => {
  assert.ok(commands().length >= 16);
  for (const name of commands()) {
    const { status, stdout, stderr } = koban(["-c", "/nonexistent", name, "--help"]);
    assert.equal(status, 0, name);
    assert.match(stdout, new RegExp(`^  koban ${name}`), name);
    assert.equal(stderr, "", name);
    for (const [, word] of stdout.matchAll(new RegExp(`^  koban ${name} ([a-z]+)`, "gm")))
      assert.equal(koban([name, word, "--help"]).status, 0, `${name} ${word}`);
  }
});

const wrong = [[], ["bogus"], ["serve", "--workers"], ["serve", "--workers", "0"], ["serve", "--worker", "2"],
  ["serve", "2"], ["migrate", "now"], ["check-config", "--simple"], ["seed"], ["seed", "--real"],
  ["officer"], ["officer", "bogus"], ["officer", "add", "a"], ["officer", "list", "all"], ["shift", "import"],
  ["channel", "set", "a", "b"], ["koban", "add", "1"], ["import", "people", "x"], ["train", "a", "b", "c"],
  ["classify", "x"], ["accounts", "x"], ["quarantine", "release"], ["journal", "list", "/nonexistent/file"],
  ["audit"], ["healthcheck", "x"], ["--set"], ["--bogus", "x", "serve"]];

test("wrong arguments end with 2 and a sentence, before anything is touched", () => {
  for (const args of wrong) {
    const { status, stderr, stdout } = koban(args);
    assert.equal(status, 2, `${args.join(" ")}: ${stderr}`);
    assert.ok(stderr.length > 10, args.join(" "));
    assert.doesNotMatch(stderr, /database:/, args.join(" "));
    assert.equal(stdout, "", args.join(" "));
  }
});

test("a database that cannot be reached is told, and ends with 1", () => {
  for (const args of [["officer", "list"], ["accounts"], ["audit", "verify"], ["migrate"]]) {
    const { status, stderr } = koban(args);
    assert.equal(status, 1, args.join(" "));
    assert.match(stderr, /^database: /, args.join(" "));
  }
});

test("all wrong settings of a file are told at once, each with its line", () => {
  const file = join(mkdtempSync(join(tmpdir(), "koban-conf-")), "koban.conf");
  writeFileSync(file, "workers = 0\n# a comment\nadmission = none\nlog_level = loud\nheartbeat_ms = 5\n");
  const { status, stderr } = koban(["-c", file, "check-config"]);
  assert.equal(status, 1);
  for (const line of [":1: workers: ", ":3: admission: ", ":4: log_level: ", ":5: heartbeat_ms: "])
    assert.ok(stderr.includes(file + line), `${line} in:\n${stderr}`);
});

// ---- from nothing

const setup = [["koban", "force", "7", "Kota Contoh", "id", "id"], ["koban", "area", "71", "7", "Polsek Contoh", "Asia/Jakarta"],
  ["koban", "add", "71", "pasar", "BKPM Pasar", "-6.2", "106.9"], ["koban", "add", "71", "stasiun", "BKPM Stasiun", "-6.21", "106.91"],
  ["koban", "neighbour", "pasar", "stasiun"], ["koban", "desk", "stasiun"], ["koban", "command", "stasiun"],
  ["officer", "add", "ani", "pasar", "Ani"], ["officer", "add", "boss", "stasiun", "Boss", "supervisor"],
  ["channel", "add", "sms", "webhook", "stasiun", "pasar"], ["channel", "add", "chat", "webchat", "stasiun"]];

test("a force, its koban, officers and channels from nothing, and a text is answered", async () => {
  const database = new Database("koban_empty");
  const gateway = new Gateway(database);
  Object.assign(gateway, { port: 1, admin: 2, base: "http://127.0.0.1:1" });
  const run = (args, input) => {
    const done = koban(args, { input, sets: gateway.options() });
    assert.equal(done.status, 0, `${args.join(" ")}: ${done.stderr}`);
    return done.stdout;
  };
  for (const args of setup) run(args);
  assert.match(run(["officer", "password", "ani"], `${PASSWORD}\n`), /[0-9a-f]{40}/);
  run(["officer", "phone", "ani", "sms"], "+628111111\n");
  run(["koban", "phone", "stasiun", "sms"], "+628222222\n");
  assert.match(run(["koban", "list"]), /stasiun\t.*\tsms$/m);
  run(["koban", "phone", "stasiun"]);
  assert.equal(database.value("select phone_channel_id is null and phone_address = '' from koban where slug = 'stasiun'"), "t");
  run(["channel", "secret", "sms", "secret"], "a-secret-of-the-centre\n");
  run(["channel", "set", "sms", "base_url", "http://127.0.0.1:1/"]);
  const folder = mkdtempSync(join(tmpdir(), "koban-setup-"));
  writeFileSync(join(folder, "shifts"), "# who\nani,pasar,2026-01-01 22:00,2026-01-02 06:00\nboss,stasiun,2090-01-01 08:00,2090-01-01 20:00,supervisor\n");
  assert.match(run(["shift", "import", join(folder, "shifts")]), /^2 shifts/);
  assert.match(run(["shift", "list"]), /stasiun\tboss\t2090-01-01 08:00/);
  writeFileSync(join(folder, "places"), "pasar,Pasar Lama\n");
  assert.match(run(["import", "places", join(folder, "places")]), /^list places: 2 spellings added, 0 changed, 0 removed\n1 places/);
  writeFileSync(join(folder, "shape"), JSON.stringify({ type: "Feature", geometry: { type: "Polygon",
    coordinates: [[[106.8, -6.3], [107, -6.3], [107, -6.1], [106.8, -6.1], [106.8, -6.3]]] } }));
  run(["koban", "territory", "pasar", join(folder, "shape")]);
  for (const list of ["officer", "koban", "channel"]) assert.match(run([list, "list"]), /pasar/);
  delete gateway.port;
  delete gateway.admin;
  await gateway.start();
  const id = randomUUID(), body = JSON.stringify({ id, from: "+62855", text: "dompet saya hilang" });
  const answer = await post(`${gateway.base}/in/sms`, body, signed(body, { id, secret: "a-secret-of-the-centre" }));
  assert.equal(answer.status, 200);
  await waitFor("it has a thread at the koban of its channel", () => database.value(
    "select slug from thread t join koban k on k.id = t.koban_id") === "pasar");
  await gateway.stop();
});

const mistakes = [[["officer", "add", "sato", "sakura", "S"], /has this login already/],
  [["officer", "add", "neu", "nowhere", "S"], /no koban has this slug/], [["officer", "add", "neu", "sakura", "S", "chief"], /a role is/],
  [["officer", "disable", "nobody"], /no officer has this login/], [["officer", "password", "nobody"], /no officer/, `${PASSWORD}\n`],
  [["officer", "password", "sato"], /15 characters/, "short\n"], [["officer", "phone", "sato", "nowhere"], /no channel/, "+81\n"],
  [["channel", "add", "x", "telex", "sakura"], /webhook/], [["channel", "set", "nowhere", "base_url", "x"], /no channel/],
  [["channel", "set", "sms-demo", "secret", "x"], /channel secret sms-demo secret/], [["channel", "hold", "nowhere"], /no channel/],
  [["channel", "set", "sms-demo", "bass_url", "x"], /base_url/], [["koban", "area", "99", "1", "a", "Tokyo"], /Asia\/Tokyo/],
  [["koban", "add", "1", "x", "X", "91", "0"], /latitude/], [["quarantine", "show", "12345"], /no such row/],
  [["quarantine", "release", "12345"], /no such row/], [["koban", "neighbour", "sakura", "sakura"], /no other koban/],
  [["koban", "phone", "hanasaki-desk", "nowhere"], /no channel/, "+81\n"], [["koban", "phone", "sakura", "sms-demo"], /only a desk/, "+81\n"]];

test("what does not exist is told by name, ends with 2, and changes nothing", () => {
  const database = new Database();
  const gateway = Object.assign(new Gateway(database), { port: 1, admin: 2, base: "http://127.0.0.1:1" });
  const before = database.value("select string_agg(name || value, ' ' order by name) from version");
  for (const [args, sentence, input] of mistakes) {
    const { status, stderr } = koban(args, { input, sets: gateway.options() });
    assert.equal(status, 2, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, sentence, args.join(" "));
  }
  const file = join(mkdtempSync(join(tmpdir(), "koban-shift-")), "shifts");
  writeFileSync(file, "sato,sakura,2090-01-01 22:00,2090-01-02 06:00\nnobody,sakura,2090-01-01 22:00,2090-01-02 06:00\n"
    + "sato,sakura,tonight,2090-01-02 06:00\nsato,sakura,2090-01-03 22:00,2090-01-03 06:00\nsato,sakura\nsato,sakura,2090-02-30 22:00,2090-03-01 06:00\n");
  const { status, stderr } = koban(["shift", "import", file], { sets: gateway.options() });
  assert.equal(status, 1);
  for (const line of [2, 3, 4, 5, 6]) assert.match(stderr, new RegExp(`shifts:${line}: `), `line ${line} in ${stderr}`);
  assert.equal(database.value("select count(*) from shift where starts_local > '2089-01-01'"), "0");
  assert.equal(database.value("select string_agg(name || value, ' ' order by name) from version"), before);
});

test("the gateway's own role cannot administrate, and that is said", () => {
  const database = new Database();
  const { status, stderr } = koban(["officer", "list"], { sets: ["--set", `database=${database.url("koban_gateway")}`] });
  assert.equal(status, 1);
  assert.match(stderr, /owner's connection/);
});

// ---- a secret is turned

test("two values of a secret are active, a new one is seen within two seconds", async () => {
  const here = await site();
  const status = async (secret) => {
    const id = randomUUID(), body = JSON.stringify({ id, from: "+819066660001", text: "落とし物" });
    return (await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id, secret }))).status;
  };
  const turn = (secret) => assert.equal(koban(["channel", "secret", "sms-demo", "secret"],
    { input: `${secret}\n`, sets: here.gateway.options() }).status, 0);
  const old = "koban-demo-secret-0123456789abcdef";
  assert.equal(await status(old), 200);
  turn("the-second");
  await waitFor("the new value counts", async () => await status("the-second") === 200, 2000);
  assert.equal(await status(old), 200, "and the one before still does");
  turn("the-third");
  await waitFor("the newest counts", async () => await status("the-third") === 200, 2000);
  assert.equal(await status("the-second"), 200);
  assert.equal(await status(old), 401, "but none older");
  const sealed = here.database.rows("select sealed from channel_secret").join();
  assert.ok(!sealed.includes(Buffer.from("the-third").toString("hex")), "sealed in the database");
  await here.end();
});

// ---- draining

test("SIGTERM: streams are told when to come back, a hanging provider holds nothing up for long", async () => {
  const here = await site();
  here.centre.mode = "hang";
  const sato = await officer(here.gateway, "sato", 11);
  const pieces = [];
  sato.take = (block) => pieces.push(block);
  assert.equal((await sms(here.gateway, "+819066660002", "落とし物をしました")).status, 200);
  await waitFor("a send hangs", () => here.centre.ledger.length > 0);
  const begun = Date.now();
  assert.equal(await here.gateway.kill("SIGTERM"), 0);
  assert.ok(Date.now() - begun < 17500, `${Date.now() - begun} ms`);
  await waitFor("the stream has ended", () => sato.closed);
  const retry = Number(pieces.join("\n").match(/retry: (\d+)/)?.[1]);
  assert.ok(retry >= 0 && retry <= 5000, `retry: ${retry}`);
  assert.equal(here.database.value("select count(*) from outbox where state = 2 and claimed_at is null"), "0");
  await here.end();
});

// ---- nobody is to be found in the logs

const SECRETS = ["+819077770001", "9077770001", "+819077770002", "ひみつの財布", "助けて刺された桜公園", "ひそかな返事", "forged-text",
  "chat-words-xyz", "wrong-password-123", "koban-demo-secret", PASSWORD, "35.70123"];

test("no text, number, address or secret in logs, metrics or process lists", async () => {
  const here = await site({ sets: { log_level: "debug" } });
  const sato = await officer(here.gateway, "sato", 11);
  assert.equal((await sms(here.gateway, SECRETS[0], SECRETS[3])).status, 200);
  await sms(here.gateway, SECRETS[2], SECRETS[4], { location: { lat: 35.70123, lon: 139.7 } });
  await waitFor("it rings", () => sato.alarms().length > 0);
  const body = JSON.stringify({ id: "x", from: SECRETS[0], text: "forged-text" });
  assert.equal((await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id: "x", secret: "wrong" }))).status, 401);
  await post(`${here.gateway.base}/in/sms-demo`, `{"from":"${SECRETS[0]}",`, signed(`{"from":"${SECRETS[0]}",`, { id: "y" }));
  await post(`${here.gateway.base}/in/nowhere?from=${SECRETS[0]}`, body, {});
  const resident = await chat(here.gateway);
  await resident.say("chat-words-xyz");
  const ref = here.database.value("select area_id || '-' || id from thread order by intent desc limit 1");
  const reply = () => sato.command(ref, "reply", { text: "ひそかな返事", force: true });
  assert.equal((await reply()).status, 200);
  here.centre.mode = "refuse";
  await reply();
  await new Console(here.gateway, "sato").call("POST", "/api/session", { login: "sato", password: "wrong-password-123", totp: "000000" });
  await waitFor("sent and refused", () => here.centre.ledger.filter((entry) => entry.text.includes("ひそかな返事")).length > 1);
  const metrics = await (await fetch(`http://127.0.0.1:${here.gateway.admin}/metrics`)).text();
  const arguments_ = readFileSync(`/proc/${here.gateway.child.pid}/cmdline`, "utf8");
  await here.gateway.kill("SIGTERM");
  const log = here.gateway.logText();
  for (const line of log.trim().split("\n")) assert.ok(JSON.parse(line).event, `a JSON object: ${line}`);
  for (const secret of [...SECRETS, resident.address, resident.code, sato.cookie.split("=")[1]])
    for (const [where, text] of Object.entries({ log, metrics, arguments_ }))
      assert.ok(!text.includes(secret), `${secret} stands in ${where}: ${text.split("\n").find((line) => line.includes(secret))}`);
  await here.end();
});

// ---- a server and roles that are not good enough

test("a role or a server that is not safe is refused at the start", async (t) => {
  const name = `unsafe-${process.pid}`, key = join(mkdtempSync(join(tmpdir(), "koban-unsafe-")), "key");
  const env = { ...process.env, BUILD: process.env.BUILD ?? "build", KOBAN_OWNER_PID: String(process.pid), KOBAN_TEST_KEY: key };
  const devdb = (...args) => execFileSync("deploy/devdb", ["--throwaway", name, ...args], { cwd: ROOT, encoding: "utf8", env });
  t.after(() => devdb("down"));
  execFileSync("tools/testdb", [name], { cwd: ROOT, stdio: "pipe", env });
  const host = devdb("url").match(/host=(\S+)/)[1];
  const database = new Database("koban_demo", host);
  const root = (sql) => devdb("psql", "-d", database.name, "-c", sql);
  const refused = async (user, reason) => {
    const gateway = new Gateway(database, { sets: { database: database.url(user), master_key_file: key } });
    await gateway.start({ waitReady: false });
    assert.equal(await gateway.exited, 1, String(reason));
    assert.match(gateway.logText(), reason);
    await gateway.stop();
  };
  await refused("postgres", /role_too_powerful/);
  root("alter role koban_gateway bypassrls");
  await refused("koban_gateway", /role_too_powerful/);
  root("alter role koban_gateway nobypassrls");
  root("grant koban_owner to koban_gateway");
  await refused("koban_gateway", /role_too_powerful/);
  root("revoke koban_owner from koban_gateway");
  root("alter role koban_gateway set synchronous_commit = off");
  await refused("koban_gateway", /database_not_durable/);
  root("alter role koban_gateway reset synchronous_commit");
  for (const setting of ["fsync", "full_page_writes"]) {
    root(`alter system set ${setting} = off`);
    root("select pg_reload_conf()");
    await waitFor("reloaded", () => root(`show ${setting}`).includes("off"));
    await refused("koban_gateway", /database_not_durable/);
    root(`alter system reset ${setting}`);
    root("select pg_reload_conf()");
    await waitFor("reloaded", () => root(`show ${setting}`).includes("on"));
  }
  root("update schema_migration set program = 0");
  await refused("koban_gateway", /schema_out_of_range/);
});
