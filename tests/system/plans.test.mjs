// SPDX-License-Identifier: Apache-2.0
//
// The plans that PostgreSQL really uses for the gateway's statements, also those inside
// functions, taken with auto_explain from a serving gateway whose tables were empty when its
// plans were made and have a history since: none reads a large table from end to end.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { chat, officer, post, signed, site, sms, waitFor } from "./harness.mjs";

// Every function of the way of one message and of the console's; what runs once at start or
// by hand is not hot.
const HOT = ["inbox_put", "inbox_settle", "inbox_sweep", "contact_facts", "contact_apply",
  "receipt_lookup", "receipt_keep", "thread_facts", "emergency_facts", "thread_numbers", "thread_apply",
  "thread_effects", "event_append", "event_read", "area_positions", "timer_due", "outbox_work", "outbox_claim",
  "outbox_mark", "outbox_tick", "outbox_expire", "lease_take", "node_renew", "roster_state", "roster_read",
  "presence_put", "chat_messages", "console_scope", "console_boot", "console_rows", "console_thread",
  "console_authorize", "message_by_provider", "watch_read"];
const LARGE = ["inbox", "outbox", "thread", "message", "timer", "event", "contact", "address", "receipt_ref",
  "thread_access"];
const HISTORY = 20000;

// Years of closed threads, and a night's worth of open ones.
const history = `
  insert into thread select 1, n, 1, n, 11, 1, n, 2, 'old-' || n, case when n % 400 = 0 then 0 else 3 end, 2, 0, 0, 'ja', 0,
    0, 0, 0, 0, 0, 0, 0, 0, true, null, null, -1, false, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, ${HISTORY}) n;
  insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
    select 1, n, n, 0, 0, 'old', 0, 0, 2, 'old-' || n from generate_series(1, ${HISTORY}) n;
  insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, outcome, area_id, thread_id, post_id, event_index)
    select 1, 2, 'm:old-' || n, n, now() - interval '1 year', 0, 0, 1, 1, n, n, 0 from generate_series(1, ${HISTORY}) n;
  insert into contact (intake_id, id, version) select 1, n, 1 from generate_series(1, ${HISTORY}) n;
  insert into address (intake_id, channel_id, address, contact_id) select 1, 2, 'old-' || n, n from generate_series(1, ${HISTORY}) n;
  insert into receipt_ref select 1, 2, 'old-' || n, 1, n, n from generate_series(1, ${HISTORY}) n;
  insert into thread_access (area_id, thread_id, koban_id, reason) select 1, n, 11, 'own' from generate_series(1, ${HISTORY}) n;
  insert into timer (area_id, thread_id, kind, due_at, value)
    select 1, n, 3, now() + interval '1 day', 0 from generate_series(1, ${HISTORY}) n;
  insert into event (area_id, position, thread_id, koban_id, officer_id, version, kind, urgency)
    select 2, n, n, 11, 0, 1, 1, 0 from generate_series(1, ${HISTORY}) n;
  insert into outbox (area_id, id, thread_id, channel_id, address, priority, state, is_automatic, not_before, created_at, is_silent, retry_key)
    select 2, n, n, 2, 'later-' || n, 4, 1, false, now() + interval '1 day', now(), false, n::text from generate_series(1, ${HISTORY}) n;`;

// Blocks of the log: the statement, and which large tables its plan reads whole.
function plans(text) {
  const large = new RegExp(`Seq Scan on (${LARGE.join("|")})\\b.*`, "g");
  return text.split(/NOTICE: {2}duration: /).slice(1).map((block) => {
    const query = block.match(/Query Text: ([\s\S]*?)\n\S.*\(cost=/)?.[1] ?? block.slice(0, 300);
    return { query, scans: [...block.matchAll(large)].map(([line]) => line) };
  });
}

// One of everything: residents, an officer, receipts that fit and that do not.
async function traffic(here, console, n) {
  const from = (i) => `+8190777${n}${String(i).padStart(4, "0")}`;
  await Promise.all(Array.from({ length: 30 }, (_, i) =>
    sms(here.gateway, from(i), i % 5 ? "財布を落としました 桜町公園" : "助けて 刺された 桜町公園")));
  const entry = await waitFor("a text went out", () => here.centre.to(from(0))[0]);
  const id = randomUUID();
  await sms(here.gateway, from(1), "やっぱり", { id });
  await sms(here.gateway, from(1), undefined, { event: "unsend", message: id });
  for (const message of [`p-${entry.id}`, `nobody-${n}`]) {
    const body = JSON.stringify({ event: "receipt", receipt: { message, status: "delivered" } });
    await post(`${here.gateway.base}/in/sms-demo`, body, signed(body, { id: randomUUID() }));
  }
  const resident = await chat(here.gateway);
  await resident.say("道を教えてください");
  await resident.messages();
  const settled = () => here.database.value("select count(*) from inbox where outcome = 0") === "0";
  await waitFor("settled", settled);
  await waitFor("the alarm is gone through", () => here.database.value(
    `select count(*) from message where address = '${from(0)}' and sentence = 'not_opened'`) === "1");
  const boot = await console.call("GET", "/api/boot");
  assert.equal(boot.status, 200);
  const ref = here.database.value(`select area_id || '-' || id from thread where address = '${from(0)}'`);
  assert.equal((await console.call("GET", `/api/threads/${ref}`)).status, 200);
  assert.equal((await console.command(ref, "reply", { text: "今どこですか", force: true })).status, 200);
  const again = await officer(here.gateway, "ito", 10, { after: "1:1" });
  again.close();
  await waitFor("the queues are empty", () => here.database.value(
    "select count(*) from outbox where not_before < now()") === "0");
}

test("no statement of a hot function reads a large table from end to end", async () => {
  // Plans of every statement, whoever calls it, in the gateway's own log.
  const here = await site({ sets: { outbox_unknown_ms: 2000 }, before: (database) => database.psql("postgres", "postgres",
    [`alter role koban_gateway in database ${database.name} set session_preload_libraries = 'auto_explain'`,
      ...Object.entries({ log_min_duration: "0", log_nested_statements: "on", log_level: "notice" }).map(([key, value]) =>
        `alter role koban_gateway in database ${database.name} set auto_explain.${key} = '${value}'`)].join(";")) });
  const console = await officer(here.gateway, "ito", 10);
  await traffic(here, console, 0);
  // As autovacuum might, at its own hour: what is known to be small is read whole if it may be.
  here.database.rows(`vacuum (analyze) ${LARGE.join(", ")}`);
  const small = here.gateway.logText().length;
  here.database.psql("koban_owner", here.database.name, history);
  await traffic(here, console, 1);
  const grown = here.gateway.logText().length;
  here.database.psql("koban_owner", here.database.name, `analyze ${LARGE.join(", ")}`);
  await traffic(here, console, 2);
  console.close();
  const log = here.gateway.logText();
  const seen = plans(log);
  assert.ok(seen.length > 500, `${seen.length} plans`);
  const bad = new Map();
  for (const [when, text] of [["with the plans of small tables", log.slice(small, grown)], ["analysed", log.slice(grown)]])
    for (const { query, scans } of plans(text))
      for (const scan of scans) bad.set(`${query.replace(/\s+/g, " ").slice(0, 160)} -> ${scan.split("(cost")[0]}`, when);
  assert.deepEqual([...bad], []);
  const missing = HOT.filter((name) => !seen.some(({ query }) => new RegExp(`\\b${name}\\(`).test(query)));
  assert.deepEqual(missing, [], "each was seen at work");
  assert.equal(await here.end(), 0);
});
