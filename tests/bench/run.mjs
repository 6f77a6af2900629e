// SPDX-License-Identifier: Apache-2.0
//
// make bench: figures of the main job, each a ratio against pgbench calling one function a
// message in the same run, interleaved, medians. Leaves var/bench.json. Not a test: the
// machine is shared and noisy.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertFigures } from "./alert.mjs";
import { Database, Gateway, ROOT, SECRET, freePort, officer, sms, waitFor } from "../system/harness.mjs";

const BUILD = process.env.BUILD ?? "build";
const LOAD = join(ROOT, BUILD, "bench", "load");
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3), SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
// The newest server's, as deploy/devdb starts.
const PGBENCH = readdirSync("/usr/lib/postgresql").sort((a, b) => b - a)
  .map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`).find((path) => existsSync(path));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
// More people than messages: each conversation is a new one and gets its automatic answer.
// The others write to pgbench.
const AREAS = 50, SENDERS = 300000, OTHERS = 100000;
let written = 0;

// Load over 50 areas; history first, so that plans are those of a table in use.
function seed(database) {
  database.rows(`
    insert into area (id, force_id, name, time_zone) select 100 + n, 1, 'area ' || n, 'Asia/Tokyo' from generate_series(1, ${AREAS}) n;
    insert into koban (id, area_id, slug, name) select 1000 + n, 100 + n, 'bench-' || n, 'bench ' || n from generate_series(1, ${AREAS}) n;
    update area set desk_koban_id = id + 900 where id > 100;
    insert into channel (id, force_id, intake_id, name, adapter, koban_id, desk_koban_id, settings, rate_per_second, in_flight)
      select 100 + n, 1, 1, 'bench-' || n, 'webhook', 1000 + n, 1000 + n, '{}', 100000, 64 from generate_series(1, ${AREAS}) n;
    insert into channel_secret select 100 + n, 'secret', 1, sealed from channel_secret, generate_series(1, 0) n;
    update channel set rate_per_second = 100000, in_flight = 64 where id = 2;
    insert into contact (intake_id, id, version, known_area_id, known_koban_id)
      select 1, n, 1, 101 + n % ${AREAS}, 1001 + n % ${AREAS} from generate_series(1, ${SENDERS + OTHERS}) n;
    insert into address (intake_id, channel_id, address, contact_id)
      select 1, 2, '+81' || lpad((n - 1)::text, 9, '0'), n from generate_series(1, ${SENDERS + OTHERS}) n;
    insert into thread select 101 + n % ${AREAS}, n, 1, 1000 + n % 9000, 1001 + n % ${AREAS}, 1, n, 2,
      '+81' || lpad((n - 1)::text, 9, '0'), 3, 2, 0, 0, 'ja', 0, 0, 0, 0, 0, 0, 1, 0, 0, true, null, null, -1, false,
      0, 0, 0, 0, 0, 0, 0 from generate_series(1, 50000) n;
    insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
      select 101 + n % ${AREAS}, n, n, 0, 0, 'history', 0, 5, 2, 'x' from generate_series(1, 50000) n;
    insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, outcome, post_id, event_index)
      select 1, 2, 'h:' || n, n, now() - interval '1 day', 0, 0, 1, n, 0 from generate_series(1, 50000) n;
    update version set value = value + 1;`);
  database.rows(`create table bench_message (area_id int, id bigint, body text, primary key (area_id, id));
    create sequence bench_id cache 100;
    create function bench_one(p_key text, p_body text) returns bigint language plpgsql as $$
    -- What one message writes up to its queued answer, said straight: no batches, no plan.
    declare
      v_address text := '+81' || lpad((${SENDERS} + random() * ${OTHERS - 1})::int::text, 9, '0');
      v_id bigint := (1::bigint << 60) + nextval('bench_id') * 2;
      v_contact bigint; v_area int; v_koban int; v_position bigint;
    begin
      insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, post_id, event_index, target, body)
        values (1, 2, p_key, v_id, now(), 0, 0, v_id, 0, '/in/sms-demo', convert_to(p_body, 'UTF8')) on conflict do nothing;
      select a.contact_id, c.known_area_id, c.known_koban_id into v_contact, v_area, v_koban
        from address a join contact c on c.intake_id = 1 and c.id = a.contact_id
        where a.intake_id = 1 and a.channel_id = 2 and a.address = v_address;
      update contact set version = version + 1, current_area_id = v_area, current_thread_id = v_id
        where intake_id = 1 and id = v_contact;
      insert into thread values (v_area, v_id, 1, 1000 + v_id % 9000, v_koban, 1, v_contact, 2, p_key, 0, 2, 0, 0, 'ja',
        0, 0, 0, 0, 0, 0, 0, 0, 0, true, null, null, -1, false, 0, 0, 0, 0, 0, 0, 0);
      insert into thread_access (area_id, thread_id, koban_id, reason) values (v_area, v_id, v_koban, 'own');
      insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
        values (v_area, v_id, v_id, 0, 0, p_body, 0, 5, 2, p_key), (v_area, v_id, v_id + 1, 1, 0, p_body, 1, 5, 2, p_key);
      -- Of a channel that nobody drains: the gateway's turn must not find it.
      insert into outbox (area_id, id, thread_id, channel_id, address, priority, state, is_automatic, not_before, created_at, is_silent, retry_key)
        values (v_area, v_id + 1, v_id, 999, p_key, 5, 3, true, now(), now(), false, p_key);
      insert into timer values (v_area, v_id, 5, now() + interval '1 day', 0);
      update inbox set outcome = 1, area_id = v_area, thread_id = v_id
        where intake_id = 1 and channel_id = 2 and event_key = p_key;
      insert into area_log (area_id, position) values (v_area, 1)
        on conflict (area_id) do update set position = area_log.position + 1 returning position into v_position;
      insert into event (area_id, position, thread_id, koban_id, officer_id, version, kind, urgency)
        values (v_area, v_position, v_id, v_koban, 0, 1, 1, 0);
      return v_id;
    end $$`);
}

function pgbench(database, clients) {
  const script = join(ROOT, "var", "bench.sql");
  writeFileSync(script, "\\set a random(1, 1000000000)\n\\set b random(1, 1000000000)\nselect bench_one('p' || :a || '-' || :b, 'my wallet is lost');\n");
  const out = execFileSync(PGBENCH, ["-n", "-M", "prepared", "-c", String(clients), "-j", "1",
    "-T", String(SECONDS), "-f", script, "-h", database.host, "-U", "koban_owner", database.name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return Number(out.match(/tps = ([0-9.]+)/)[1]);
}

function commitP99(database) {
  const script = join(ROOT, "var", "commit.sql");
  writeFileSync(script, "\\set a random(1, 1000000000)\ninsert into bench_message values (1, :a, 'x') on conflict do nothing;\n");
  execFileSync(PGBENCH, ["-n", "-M", "prepared", "-c", "1", "-T", "3", "-l", "--log-prefix",
    join(ROOT, "var", "commit"), "-f", script, "-h", database.host, "-U", "koban_owner", database.name], { stdio: "ignore" });
  const files = execFileSync("sh", ["-c", `cat "${join(ROOT, "var")}"/commit.* | awk '{print $3}' | sort -n; rm -f "${join(ROOT, "var")}"/commit.[0-9]*`], { encoding: "utf8" });
  const list = files.trim().split("\n").map(Number);
  return list[Math.floor(list.length * 0.99)] / 1000;
}

function load(port, path, clients, seconds, rate) {
  return new Promise((done) => {
    const child = spawn(LOAD, ["post", String(port), path, SECRET, String(clients), String(seconds), String(rate), String(SENDERS), String(written)]);
    let out = "";
    child.stdout.on("data", (piece) => (out += piece));
    child.on("exit", () => {
      const figures = JSON.parse(out);
      written += figures.accepted + figures.refused + clients;
      done(figures);
    });
  });
}

const cpuOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10000; // us
};
const rssOf = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

const drained = (database) => waitFor("drained", () => database.value(
  "select (select count(*) from inbox where outcome = 0) + (select count(*) from outbox where state in (1, 2))") === "0", 60000);

async function main() {
  mkdirSync(join(ROOT, "var"), { recursive: true });
  const figures = { rounds: ROUNDS, seconds: SECONDS, workers: 1 };
  // The cluster holds this one database; it is nobody else's.
  const database = Object.assign(Object.create(Database.prototype), { host: process.env.KOBAN_TEST_HOST, name: "koban_demo" });
  seed(database);
  const sinkPort = await freePort();
  const sink = spawn(LOAD, ["sink", String(sinkPort)], { stdio: "ignore" });
  const gateway = await new Gateway(database, { sets: { log_level: "warn", admission: 1000, rung_ms: 0,
    "channel.sms-demo.base_url": `http://127.0.0.1:${sinkPort}/` } }).start();
  const pid = gateway.child.pid;
  figures.rss_mib = Math.round(rssOf(pid));
  await load(gateway.port, "/in/sms-demo", 64, 2, 0);
  await drained(database);
  const rates = [], ratios = [], durable = [], cpus = [], bench = [];
  for (let round = 0; round < ROUNDS; round++) {
    const reference = pgbench(database, 64);
    const before = await gateway.metrics(), cpu = cpuOf(pid), from = performance.now();
    const result = await load(gateway.port, "/in/sms-demo", 64, SECONDS, 0);
    await waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0", 60000);
    const settledAfter = (performance.now() - from) / 1000;
    await drained(database);
    const seconds = (performance.now() - from) / 1000, after = await gateway.metrics();
    const settled = after.koban_settled_total - before.koban_settled_total;
    // A conversation is one whose answer the provider has accepted.
    const rate = (after.koban_sent_total - before.koban_sent_total) / seconds;
    rates.push(rate);
    bench.push(reference);
    ratios.push(rate / reference);
    cpus.push((cpuOf(pid) - cpu) / Math.max(1, result.accepted));
    durable.push(result.per_s);
    console.log(`round ${round + 1}: pgbench ${reference.toFixed(0)}/s, conversations ${rate.toFixed(0)}/s (accepted ${result.per_s}/s, settled ${settled}, p99 ${result.p99_ms} ms; all settled after ${settledAfter.toFixed(1)} s, sent after ${seconds.toFixed(1)} s)`);
  }
  figures.pgbench_per_s = Math.round(median(bench));
  figures.conversation_per_s = Math.round(median(rates));
  figures.conversation_ratio_to_pgbench = +median(ratios).toFixed(2);
  figures.cpu_us = Math.round(median(cpus));
  const open = await load(gateway.port, "/in/sms-demo", 128, SECONDS, 1000);
  const commit = commitP99(database);
  figures.answer_p99_ms_at_1000 = open.p99_ms;
  figures.p99_ratio_to_commit = +(open.p99_ms / commit).toFixed(1);
  await drained(database);
  // Webhook to event at a console, while a thousand others a second go elsewhere.
  const sato = await officer(gateway, "sato", 11);
  const others = load(gateway.port, "/in/sms-demo", 128, SECONDS, 1000);
  const latencies = [];
  for (let i = 0; i < 60; i++) {
    const seen = sato.events.length, from = Date.now();
    await sms(gateway, `+8199${i}`, "財布を落としました 桜町公園");
    await waitFor("event", () => sato.events.length > seen, 3000);
    latencies.push(sato.events[seen].at - from);
  }
  await others;
  latencies.sort((a, b) => a - b);
  figures.console_p95_ms = latencies[Math.floor(latencies.length * 0.95)];
  sato.close();
  await drained(database);
  Object.assign(figures, await alertFigures({ database, gateway, load, seconds: SECONDS }));
  await gateway.stop();
  // Intake alone: settling is held by a roster that never comes (no directory change) — accept only.
  const held = await new Gateway(database, { sets: { log_level: "warn", admission: 1000000, settle_hold: 1 }, args: ["--workers", "2"] }).start();
  const intake = [], against = [];
  for (let round = 0; round < ROUNDS; round++) {
    const reference = pgbench(database, 64);
    const result = await load(held.port, "/in/sms-demo", 256, SECONDS, 0);
    intake.push(result.per_s);
    against.push(result.per_s / reference);
    console.log(`intake alone ${round + 1}: ${result.per_s}/s, pgbench ${reference.toFixed(0)}/s`);
  }
  figures.durable_per_s = Math.round(median(intake));
  figures.durable_ratio_to_pgbench = +median(against).toFixed(2);
  await held.kill("SIGKILL");
  figures.triage_us = triage();
  sink.kill("SIGTERM");
  writeFileSync(join(ROOT, "var", "bench.json"), JSON.stringify(figures, null, 2) + "\n");
  console.log(JSON.stringify(figures, null, 2));
  process.exit(0);
}

// One message in this process's way: no reading, no printing.
function triage() {
  return Number(execFileSync(join(ROOT, BUILD, "bench", "triage"), { cwd: ROOT, encoding: "utf8" }));
}

await main();
