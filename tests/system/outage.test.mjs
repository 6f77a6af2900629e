// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL stopped, hanging, and back, under load: every webhook is answered within a
// second, all is replayed once and in order, an emergency meanwhile rings on a connected
// console within two seconds and its sender gets the number once.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Database, Gateway, ROOT, officer, smsCentre, sms, waitFor } from "./harness.mjs";

const OUTAGE_MS = Number(process.env.KOBAN_OUTAGE_MS ?? 30000);
let clusters = 0;

// A cluster of one's own: it is going to be stopped.
async function cluster() {
  const name = `outage-${process.pid}-${clusters++}`, key = `${mkdtempSync(join(tmpdir(), "koban-outage-"))}/key`;
  const env = { ...process.env, BUILD: process.env.BUILD ?? "build", KOBAN_OWNER_PID: String(process.pid), KOBAN_TEST_KEY: key };
  const run = (command, ...args) => execFileSync(command, args, { cwd: ROOT, encoding: "utf8", stdio: "pipe", env });
  const devdb = (...args) => run("deploy/devdb", "--throwaway", name, ...args);
  run("tools/testdb", name);
  const folder = devdb("status").match(/data: ([^)]+)\)/)[1], centre = await smsCentre();
  const postmaster = () => Number(readFileSync(`${folder}/postmaster.pid`, "utf8").split("\n")[0]);
  return { key, centre, devdb, postmaster, host: devdb("url").match(/host=(\S+)/)[1],
    stop: () => process.kill(postmaster(), "SIGQUIT"),
    // Not at once: the load of a neighbour must not stand still meanwhile.
    start: () => promisify(execFile)("deploy/devdb", ["--throwaway", name, "up"], { cwd: ROOT, env }),
    end() {
      centre.close();
      devdb("down");
    },
    // The postmaster and all its children.
    processes() {
      const children = execFileSync("pgrep", ["-P", String(postmaster())], { encoding: "utf8" });
      return [postmaster(), ...children.trim().split("\n").map(Number)];
    } };
}

const outages = {
  "is stopped": {
    begin: (server) => server.stop(),
    end: (server) => server.start(),
  },
  "hangs": {
    begin(server) { this.stopped = server.processes(); this.stopped.forEach((pid) => process.kill(pid, "SIGSTOP")); },
    end() { this.stopped.forEach((pid) => { try { process.kill(pid, "SIGCONT"); } catch { /* gone */ } }); },
  },
};

// Side by side: each waits most of its time.
describe("for half a minute", { concurrency: true }, () => {
  const servers = {};
  before(async () => {
    for (const what of Object.keys(outages)) servers[what] = await cluster();
  });
  after(() => Object.values(servers).forEach((server) => server.end()));
  for (const [what, outage] of Object.entries(outages)) {
    test(`PostgreSQL ${what}: answers go on, the emergency rings, all is replayed once and in order`, async () => {
      const server = servers[what], { host, centre } = server;
      const database = new Database("koban_demo", host);
      const gateway = await new Gateway(database,
        { sets: { "channel.sms-demo.base_url": centre.url, master_key_file: server.key } }).start();
      const console = await officer(gateway, "sato", 11);
      // The emergency's account rings at its desk; a console that sees the whole area.
      const desk = await officer(gateway, "ito", 10);
      const acknowledged = [], slow = [];
      let going = true, n = 0;
      const senders = Array.from({ length: 4 }, async (_, who) => {
        while (going) {
          const id = randomUUID(), text = `落とし物 ${n++}`, from = `+819044440${who}${String(n % 25).padStart(2, "0")}`;
          const answer = await sms(gateway, from, text, { id });
          assert.equal(answer.status, 200);
          if (answer.ms > 1000) slow.push(answer.ms);
          acknowledged.push({ id, from, text });
          await new Promise((done) => setTimeout(done, 10));
        }
      });
      await waitFor("load", () => acknowledged.length > 50);
      outage.begin(server);
      const from = Date.now();
      await waitFor("the breaker opens", () => gateway.logText().includes("intake_breaker_open"));
      const cry = { id: randomUUID(), at: Date.now() };
      const answer = await sms(gateway, "+819044449999", "助けて 刺された 血が止まらない", { id: cry.id });
      assert.equal(answer.status, 200);
      const direct = await waitFor("it rings at once", () => desk.direct[0], 2000);
      assert.match(direct.text, /刺された/);
      assert.ok(direct.at - cry.at <= 2000, `rang after ${direct.at - cry.at} ms`);
      const told = await waitFor("the sender gets the number", () => centre.to("+819044449999")[0], 3000);
      assert.match(told.text, /110|119/);
      const refused = await console.command("1-1", "reply", { text: "x" });
      assert.equal(refused.status, 503, "a command waits in the console");
      await waitFor("the outage lasts", () => Date.now() - from > OUTAGE_MS, OUTAGE_MS + 1000);
      await outage.end(server);
      await waitFor("the breaker closes", () => gateway.logText().includes("intake_breaker_closed"), 30000);
      going = false;
      await Promise.all(senders);
      await waitFor("all settled", () => {
        try {
          return database.value("select count(*) from inbox where outcome = 0") === "0";
        } catch { return false; }
      }, 60000);
      assert.deepEqual(slow, [], "every webhook was answered within a second");
      const stored = database.rows("select event_key from inbox where channel_id = 2").map(([key]) => key);
      const keys = new Set(stored);
      assert.equal(keys.size, stored.length);
      assert.deepEqual(acknowledged.filter(({ id }) => !keys.has(`m:${id}`)), []);
      assert.ok(keys.has(`m:${cry.id}`));
      const sent = new Map();
      for (const { from, text } of acknowledged) sent.set(from, [...(sent.get(from) ?? []), text]);
      const kept = new Map();
      for (const [from, text] of database.rows(`select address, body from message where direction = 0
        and body like '落とし物 %' order by id`)) kept.set(from, [...(kept.get(from) ?? []), text]);
      for (const [from, texts] of sent) assert.deepEqual(kept.get(from), texts, `in order: ${from}`);
      assert.equal(centre.to("+819044449999").filter((e) => e.text === told.text).length, 1, "told once");
      assert.deepEqual(database.rows("select body, state from message where address = '+819044449999' and sentence = 'emergency_first'"),
        [[told.text, "3"]], "and it stands in the thread");
      const accounts = JSON.parse(gateway.cli("accounts"));
      assert.deepEqual([accounts.difference, accounts.differences], [0, []]);
      const journaled = (await gateway.metrics()).koban_journaled_total;
      assert.ok(journaled > 10, `${journaled} journaled`);
      console.close();
      desk.close();
      assert.equal(await gateway.stop(), 0);
    });
  }
});

test("a process starts while the database is away, verifies, keeps and answers", async (t) => {
  const server = await cluster(), { host, centre } = server;
  t.after(() => server.end());
  const database = new Database("koban_demo", host);
  const sets = { "channel.sms-demo.base_url": centre.url, master_key_file: server.key };
  const first = await new Gateway(database, { sets }).start();
  await waitFor("the directory is mirrored", () => sms(first, "+819044448888", "道を教えて").then((a) => a.status === 200));
  await first.kill("SIGTERM");
  server.stop();
  const second = await new Gateway(database, { sets, journal: first.folder }).start({ waitReady: false });
  await waitFor("it answers", async () => {
    try { return (await fetch(`${second.base}/in/nobody`, { method: "POST", body: "" })).status === 404; } catch { return false; }
  });
  const id = randomUUID();
  assert.equal((await sms(second, "+819044448889", "財布を落としました", { id })).status, 200);
  await server.start();
  await waitFor("it is stored when the database is back", () => {
    try { return database.value(`select count(*) from inbox where event_key = 'm:${id}' and outcome = 1`) === "1"; } catch { return false; }
  }, 30000);
  assert.equal(await second.stop(), 0);
});
