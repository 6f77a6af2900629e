// SPDX-License-Identifier: Apache-2.0
//
// What `make install` leaves is a whole koban: this test does what docs/operating.md tells a
// first operator, with nothing but the installed files. And a copy of the database comes back.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { Database, Gateway, ROOT, signed, sms, post, waitFor } from "./harness.mjs";

const HOST = process.env.KOBAN_TEST_HOST;
let folder, prefix;

// The build is there already; make only copies.
function install(destination, at) {
  execFileSync("sh", ["-c", 'umask 077 && exec make -s QUIET=1 install PREFIX="$0" DESTDIR="$1"', at, destination],
    { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, MAKEFLAGS: "", MAKELEVEL: "" } });
}

const files = (top) => readdirSync(top, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => relative(top, join(entry.parentPath ?? entry.path, entry.name))).sort();

before(() => {
  folder = mkdtempSync(join(tmpdir(), "koban-install-"));
  chmodSync(folder, 0o755);
  prefix = join(folder, "usr");
  install("", prefix);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("again it leaves the same, and nothing of an older version", () => {
  const first = files(prefix).map((name) => [name, readFileSync(join(prefix, name), "base64")]);
  writeFileSync(join(prefix, "share/koban/sql/functions/of_an_older_version.sql"), "select 1;");
  install("", prefix);
  assert.deepEqual(files(prefix).map((name) => [name, readFileSync(join(prefix, name), "base64")]), first);
  const names = first.map(([name]) => name).join("\n");
  for (const wanted of [/^bin\/koban$/m, /sql\/migrations\/001/, /language\/ja\.json/, /country\/id\.json/, /triage\/model\.bin/,
    /console\/index\.html/, /systemd\/system\/koban-gateway\.service/, /koban-gateway\.socket/, /sysusers\.d\/koban\.conf/,
    /nginx\/koban\.conf/, /prometheus\/rules\.yml/, /postgresql\/roles\.sql/, /koban\.conf$/m]) assert.match(names, wanted);
});

test("everybody may read it, whatever the umask; units and settings name its place", () => {
  for (const name of files(prefix)) assert.equal(statSync(join(prefix, name)).mode & 0o044, 0o044, name);
  assert.match(readFileSync(join(prefix, "lib/systemd/system/koban-gateway.service"), "utf8"),
    new RegExp(`^ExecStart=${prefix}/bin/koban `, "m"));
  const staged = join(folder, "staged");
  install(staged, "/opt/koban");
  assert.deepEqual(readdirSync(staged), ["opt"]);
  assert.deepEqual(files(join(staged, "opt/koban")), files(prefix));
  const text = readFileSync(join(staged, "opt/koban/share/koban/koban.conf"), "utf8");
  assert.match(text, /"\/opt\/koban\/share\/koban\/sql"/);
  assert.ok(!text.includes(folder));
});

test("a first operator's steps, from an empty database to an answered text", async () => {
  const database = new Database("template0");
  database.psql("postgres", database.name, readFileSync(join(prefix, "share/koban/postgresql/database.sql"), "utf8"));
  const etc = join(folder, "etc"), secret = randomBytes(24).toString("hex");
  mkdirSync(etc);
  writeFileSync(join(etc, "master.key"), randomBytes(32).toString("hex"));
  const conf = readFileSync(join(prefix, "share/koban/koban.conf"), "utf8")
    .replace(/^(database = ).*$/m, `$1"${database.url("koban_gateway")}"`).replace(/^(owner = ).*$/m, `$1"${database.url("koban_owner")}"`)
    .replaceAll("/etc/koban/", `${etc}/`).replace(/^(journal = ).*$/m, `$1"${etc}/journal"`).replace(/^listen.*\n|^admin_listen.*\n/gm, "");
  writeFileSync(join(etc, "koban.conf"), conf);
  const env = { ...process.env };
  delete env.KOBAN_MASTER_KEY_FILE;
  const program = join(prefix, "bin/koban");
  const koban = (args, input = "") => execFileSync(program, ["-c", join(etc, "koban.conf"), ...args.split(" ")],
    { cwd: "/", env, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  assert.match(koban("check-config"), /good/);
  assert.match(koban("migrate"), /migrations applied/);
  koban("koban force 1 Sakura jp ja");
  koban("koban area 1 1 Station Asia/Tokyo");
  koban("koban add 1 desk Station 35.68 139.76");
  koban("koban add 1 ekimae Ekimae 35.69 139.77");
  koban("koban neighbour ekimae desk");
  koban("officer add sato ekimae Sato");
  koban("officer password sato", "a-long-password-nobody-has\n");
  koban("channel add sms webhook desk");
  koban("channel secret sms secret", `${secret}\n`);
  const hour = (n) => new Date(Date.now() + (9 + n) * 3600e3).toISOString().slice(0, 16).replace("T", " ");
  writeFileSync(join(etc, "roster.csv"), `sato,ekimae,${hour(-4)},${hour(4)}\n`);
  koban(`shift import ${join(etc, "roster.csv")}`);
  const gateway = new Gateway(database, { program, journal: etc, env: { ...env, KOBAN_MASTER_KEY_FILE: undefined } });
  gateway.options = () => ["-c", join(etc, "koban.conf"), "--set", `listen=127.0.0.1:${gateway.port}`,
    "--set", `admin_listen=127.0.0.1:${gateway.admin}`, "--set", "workers=1"];
  await gateway.start();
  execFileSync(program, [...gateway.options(), "healthcheck"], { cwd: "/", env });
  const id = randomUUID(), body = JSON.stringify({ id, from: "+819055550101", text: "財布を落としました" });
  await waitFor("its secret is known", async () =>
    (await post(`${gateway.base}/in/sms`, body, signed(body, { id, secret }))).status === 200);
  await waitFor("it is settled", () => database.value("select count(*) from message where direction = 0") === "1");
  assert.equal((await fetch(`${gateway.base}/`)).status, 200, "the console is there");
  await gateway.kill("SIGTERM");
});

test("a copy comes back whole: the accounts add up, the chain holds, and it goes on", async () => {
  const database = new Database(), copies = join(folder, "copies");
  const gateway = await new Gateway(database).start();
  for (const who of [1, 2, 3]) assert.equal((await sms(gateway, `+81905555020${who}`, "落とし物")).status, 200);
  await waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0" &&
    database.value("select count(*) from audit a where not exists (select from audit_chain c where c.audit_id = a.id)") === "0");
  await gateway.kill("SIGTERM");
  mkdirSync(copies);
  const from = `host=${HOST} user=postgres dbname=${database.name}`;
  for (const stamp of ["koban-20200101T000000Z.dump", "koban-20200102T000000Z.dump"]) writeFileSync(join(copies, stamp), "");
  execFileSync(join(prefix, "share/koban/backup"), [copies, "2"], { cwd: "/", env: { ...process.env, KOBAN_BACKUP_FROM: from } });
  const kept = readdirSync(copies).sort();
  assert.deepEqual([kept.length, kept[0]], [2, "koban-20200102T000000Z.dump"], "the oldest went");
  assert.equal(statSync(join(copies, kept[1])).mode & 0o077, 0, "nobody else may read it");

  const back = new Database("template0");
  execFileSync("pg_restore", ["--exit-on-error", "-d", `host=${HOST} user=postgres dbname=${back.name}`, join(copies, kept[1])], { cwd: "/" });
  back.psql("postgres", back.name, readFileSync(join(prefix, "share/koban/postgresql/database.sql"), "utf8"));
  const again = new Gateway(back);
  Object.assign(again, { port: gateway.port, admin: gateway.admin, base: gateway.base });
  assert.match(again.cli("migrate"), /^0 migrations applied/);
  await again.start();
  assert.equal((await sms(again, "+819055550201", "まだ見つかりません")).status, 200);
  await waitFor("it goes on", () => back.value("select count(*) from message where direction = 0") === "4");
  assert.match(again.cli("audit", "verify"), /every link holds/);
  again.cli("accounts");
  await again.stop();
  await gateway.stop();
});

test("a copy that cannot be made leaves no file that looks like one", () => {
  const copies = join(folder, "none");
  mkdirSync(copies);
  assert.throws(() => execFileSync(join(prefix, "share/koban/backup"), [copies],
    { cwd: "/", stdio: "ignore", env: { ...process.env, KOBAN_BACKUP_FROM: "host=/nowhere dbname=x" } }));
  assert.deepEqual(readdirSync(copies), []);
});
