// SPDX-License-Identifier: Apache-2.0
//
// Serving processes: workers and their parent, draining, what is refused at start, and that
// several processes that watch the same timers climb a rung once.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Database, Gateway, sms, waitFor } from "./harness.mjs";

const children = (pid) => {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).trim().split("\n").map(Number);
  } catch { return []; }
};

test("a worker that is killed is started again; SIGTERM ends all of them", async () => {
  const database = new Database();
  const gateway = await new Gateway(database, { args: ["--workers", "2"] }).start();
  const workers = await waitFor("two workers", () => children(gateway.child.pid).length === 2 && children(gateway.child.pid));
  process.kill(workers[0], "SIGKILL");
  await waitFor("another in its place", () => {
    const now = children(gateway.child.pid);
    return now.length === 2 && !now.includes(workers[0]);
  });
  await waitFor("ready", () => gateway.isReady());
  assert.equal((await sms(gateway, "+819055550001", "落とし物")).status, 200);
  await waitFor("each worker has an admin listener", async () => {
    try {
      return (await fetch(`http://127.0.0.1:${gateway.admin + 1}/livez`)).status === 200;
    } catch { return false; } // It starts as long as its neighbour has been ready.
  });
  assert.equal(await gateway.stop(), 0);
  await waitFor("nobody is left", () => children(gateway.child.pid).length === 0);
});

test("SIGTERM under load: what was accepted is answered and settled, the node is given back", async () => {
  const database = new Database();
  const gateway = await new Gateway(database).start();
  const answers = [];
  let going = true;
  const senders = Array.from({ length: 8 }, async (_, who) => {
    while (going) {
      const id = randomUUID();
      try {
        const answer = await sms(gateway, `+81905555100${who}`, "落とし物", { id });
        answers.push({ id, status: answer.status });
      } catch { return; } // refused: it does not listen any more
    }
  });
  await waitFor("load", () => answers.length > 100);
  assert.equal(await gateway.kill("SIGTERM"), 0);
  going = false;
  await Promise.all(senders);
  const kept = new Set(database.rows("select substr(event_key, 3) from inbox").map((row) => row[0]));
  for (const { id, status } of answers) {
    assert.equal(status, 200);
    assert.ok(kept.has(id), "answered 200 and kept");
  }
  assert.equal(database.value("select count(*) from inbox where outcome = 0"), "0");
  assert.equal(database.value("select count(*) from gateway_node"), "0");
  await gateway.stop();
});

test("processes that see the same due timer settle it once", async () => {
  const database = new Database();
  const gateways = await Promise.all([1, 2, 3].map(() => new Gateway(database).start()));
  assert.equal((await sms(gateways[0], "+819055552000", "助けて 火事です")).status, 200);
  await waitFor("its timers run", () => database.value("select count(*) from timer") !== "0");
  // Whoever reads the due timers now cannot finish: the others look meanwhile.
  const holder = spawn("psql", ["-X", "-q", "-d", database.url("koban_owner"), "-c",
    "begin; select from thread for update; select pg_sleep(2.7); commit"], { stdio: "ignore", cwd: "/" });
  await new Promise((done) => holder.on("exit", done));
  const count = (sentence) => database.value(`select count(*) from message where sentence = '${sentence}'`);
  await waitFor("told that nobody has opened it", () => count("not_opened") !== "0");
  await waitFor("and told again", () => count("not_opened_second") !== "0");
  assert.equal(count("not_opened"), "1");
  await Promise.all(gateways.map((gateway) => gateway.stop()));
});

async function expectRefused(database, user, reason) {
  const gateway = new Gateway(database, { sets: { database: database.url(user) } });
  await gateway.start({ waitReady: false });
  const code = await gateway.exited;
  assert.equal(code, 1);
  assert.match(gateway.logText(), reason);
  await gateway.stop();
}

test("a role that owns tables is refused", async () => {
  await expectRefused(new Database(), "koban_owner", /role_too_powerful/);
});

test("a schema that does not serve this program any more is refused", async () => {
  const database = new Database();
  database.rows("update schema_migration set serves = 1000");
  await expectRefused(database, "koban_gateway", /schema_out_of_range/);
});

test("an address that cannot be used is told, and nothing starts", async () => {
  const database = new Database();
  const gateway = new Gateway(database, { sets: { listen: "nowhere:1" } });
  await gateway.start({ waitReady: false });
  assert.equal(await gateway.exited, 1);
  assert.match(gateway.logText(), /listen: nowhere:1 cannot be used/);
  await gateway.stop();
});
