// SPDX-License-Identifier: Apache-2.0
//
// Alerts to volunteers: whom they reach, who approves, what pausing, stopping and correcting
// do, what an answer becomes, and that a crash makes no doubles.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { officer, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11, UMEDA = 12, MISSING = 1, SCAM = 3;
const DAY = 24 * 60 * 60 * 1000;
let here, sato, tanaka, ito, serial = 1;

// Volunteers as the dialogue leaves them; how they come to be is another test's matter.
function volunteers(count, { area = 1, koban = SAKURA, topics = 1 << MISSING, language = "ja",
  quiet = [0, 0], prefix = "+8180" } = {}) {
  const first = serial;
  serial += count;
  here.database.rows(`insert into subscription (area_id, channel_id, address, id, intake_id,
      contact_id, state, kobans, topics, language, quiet_from, quiet_to, source, consented_at)
    select ${area}, 2, '${prefix}' || lpad(n::text, 8, '0'), n, 1, n, 1, '{${koban}}', ${topics},
      '${language}', ${quiet[0]}, ${quiet[1]}, 'test', now()
    from generate_series(${first}, ${first + count - 1}) n`);
  return Array.from({ length: count }, (_, i) => `${prefix}${String(first + i).padStart(8, "0")}`);
}

const draft = (more = {}) => ({ area: 1, kind: "alert", topic: MISSING, severity: "warning",
  kobans: [SAKURA], expires_ms: Date.now() + DAY,
  texts: { ja: "行方不明：80歳の女性。見かけたら知らせてください。" }, ...more });

async function save(console, body) {
  const saved = await console.call("POST", "/api/alerts", body);
  assert.equal(saved.status, 200, saved.text);
  return saved.json;
}
// Who decides says what was read.
const act = (console, alert, action, body = {}) =>
  console.call("POST", `/api/alerts/${alert.ref}/${action}`, { version: alert.version, ...body });

async function submitted(console, body) {
  const alert = await save(console, body);
  const preview = await act(console, alert, "preview");
  assert.equal(preview.status, 200, preview.text);
  const answer = await act(console, alert, "submit", { audience: preview.json.recipients });
  assert.equal(answer.status, 200, answer.text);
  return { ...answer.json, preview: preview.json };
}
async function approved(body) {
  const alert = await submitted(sato, body);
  const answer = await act(tanaka, alert, "approve", { count: alert.audience });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}
const read = async (alert) => (await sato.call("GET", `/api/alerts/${alert.ref}`)).json;
const waitForState = (alert, wanted, ms) => waitFor(`alert ${alert.number} ${wanted}`,
  async () => (await read(alert)).state === wanted, ms);
const count = (row, name) => row.progress.filter((p) => p.state === name).reduce((n, p) => n + p.count, 0);
const got = (address, piece) => here.centre.to(address).filter((entry) => entry.text.includes(piece));

before(async () => {
  here = await site({ sets: { outbox_unknown_ms: 4000 } });
  sato = await officer(here.gateway, "sato", SAKURA);
  tanaka = await officer(here.gateway, "tanaka", UMEDA);
  ito = await officer(here.gateway, "ito", 10);
});
after(async () => {
  for (const one of [sato, tanaka, ito]) one.close();
  assert.equal(await here.end(), 0, "ends in order");
});

test("the preview tells whom it reaches, by channel and language, and what is missing", async () => {
  volunteers(3, { prefix: "+8171" });
  volunteers(2, { prefix: "+8172", language: "id" });
  volunteers(4, { prefix: "+8173", koban: UMEDA });
  volunteers(5, { prefix: "+8174", topics: 1 << SCAM });
  volunteers(1, { prefix: "+8175", quiet: [1, 0] });
  const alert = await save(sato, draft());
  const { json } = await act(sato, alert, "preview");
  assert.equal(json.recipients, 6, "this koban, this topic");
  assert.deepEqual(json.missing, ["en", "id"]);
  assert.ok(json.seconds >= 1);
  assert.equal(json.audience.every((row) => row.language === "ja"), true, "one text for all so far");
  here.database.rows("update subscription set state = 2");
});

test("author and approver differ, the approver types the number", async () => {
  const people = volunteers(3);
  const alert = await submitted(sato, draft());
  assert.equal((await act(sato, alert, "approve", { count: 3 })).status, 403, "not the author");
  assert.equal((await act(tanaka, alert, "approve", { count: 4 })).status, 422, "not another number");
  assert.equal(here.centre.ledger.length, 0, "nothing left before");
  assert.equal((await act(tanaka, alert, "approve", { count: 3 })).status, 200);
  for (const one of people) await waitFor("it arrives", () => got(one, "80歳").length === 1);
  await waitForState(alert, "done");
  const row = await read(alert);
  assert.equal(count(row, "sent"), 3);
  assert.equal(row.approver.name, "田中");
  await waitFor("consoles hear of it", () => sato.events.some((e) => e.kind === "alert"));
  const actions = here.database.rows(`select action from audit where detail = '${alert.id}' and action like 'alert.%' order by at`);
  for (const action of ["alert.save", "alert.submit", "alert.approve"])
    assert.ok(actions.some(([one]) => one === action), action);
});

test("danger needs every language of the site; a supervisor alone breaks the glass", async () => {
  const alert = await save(ito, draft({ severity: "danger" }));
  assert.equal((await act(ito, alert, "submit", { audience: 3 })).status, 422, "texts are missing");
  const whole = await submitted(ito, draft({ severity: "danger",
    texts: { ja: "津波。高台へ。", id: "Tsunami. Ke tempat tinggi.", en: "Tsunami. Go to high ground." } }));
  assert.equal((await act(sato, whole, "break_glass", { count: whole.audience })).status, 403, "no supervisor");
  const broken = await act(ito, whole, "break_glass", { count: whole.audience });
  assert.equal(broken.status, 200, broken.text);
  assert.equal(broken.json.break_glass, true);
  await waitForState(whole, "done");
});

test("approvers hear of it at once, and approve what they read", async () => {
  const kimura = await officer(here.gateway, "kimura", 21);
  const heard = (console, alert) => console.events.filter((e) => e.kind === "alert" && e.thread === alert.id).length;
  const alert = await submitted(sato, draft());
  for (const approver of [tanaka, ito])
    await waitFor("an approver hears of it", () => heard(approver, alert) > 0, 3000);
  assert.equal(heard(kimura, alert), 0, "another area does not");
  const rows = await tanaka.call("GET", `/api/alerts?area=1&ids=${alert.id}`);
  assert.deepEqual(rows.json.alerts.map((row) => [row.id, row.state]), [[alert.id, "awaiting"]]);
  assert.deepEqual((await kimura.call("GET", `/api/alerts?area=1&ids=${alert.id}`)).json.alerts, []);
  // Other words are handed in while tanaka reads.
  const other = await sato.call("POST", `/api/alerts/${alert.ref}`, draft({ version: alert.version,
    texts: { ja: "別の言葉" } }));
  assert.equal(other.status, 200, other.text);
  assert.equal((await act(sato, other.json, "submit", { audience: alert.audience })).status, 200);
  assert.equal((await act(tanaka, alert, "approve", { count: alert.audience })).status, 409, "not unread words");
  const late = await tanaka.call("POST", `/api/alerts/${alert.ref}`, draft({ version: alert.version }));
  assert.equal(late.status, 409, "nor over a colleague's");
  const now = await read(alert);
  assert.equal((await act(tanaka, now, "refuse", { reason: "x" })).json.state, "refused");
  kimura.close();
});

test("a first save that is repeated makes one draft, and what is gone stays so", async () => {
  const body = draft({ client_id: "0b7e5a1e-1", texts: { ja: "一度だけ" } });
  const rows = await Promise.all([1, 2, 3].map(() => save(sato, body)));
  assert.equal(new Set(rows.map((row) => row.ref)).size, 1, "sent together");
  const later = await save(sato, { ...body, texts: { ja: "二度目" } });
  assert.deepEqual([later.ref, later.version, later.texts.ja], [rows[0].ref, 1, "一度だけ"], "answered as it stands");
  assert.equal(here.database.value("select count(*) from alert_text where body in ('一度だけ', '二度目')"), "1");
  assert.equal((await sato.call("POST", "/api/alerts", draft({ client_id: "x".repeat(65) }))).status, 400);

  assert.equal((await act(tanaka, later, "delete")).status, 403, "a colleague does not delete it");
  assert.equal((await act(sato, { ...later, version: 9 }, "delete")).status, 409, "nor who read other words");
  const before = tanaka.events.length;
  const gone = await act(sato, later, "delete");
  assert.equal(gone.status, 200, gone.text);
  assert.equal(gone.json.texts.ja, "一度だけ", "answers what it was");
  await waitFor("consoles hear of it", () => tanaka.events.slice(before).some((e) => e.kind === "alert" && e.thread === later.id));
  assert.deepEqual((await tanaka.call("GET", `/api/alerts?area=1&ids=${later.id}`)).json.alerts, []);
  assert.equal((await act(sato, later, "delete")).status, 404);
  assert.equal((await sato.call("POST", `/api/alerts/${later.ref}`, draft({ version: 1 }))).status, 404, "not written anew");
  assert.equal((await sato.call("POST", `/api/alerts/${later.ref}`, draft())).status, 404, "without a version too");
  assert.equal(here.database.value(`select count(*) from audit where action = 'alert.delete' and detail = '${later.id}'`), "1");
  const waits = await submitted(sato, draft());
  assert.equal((await act(ito, waits, "delete")).status, 409, "what was handed in stays, a supervisor too");
  assert.equal((await act(tanaka, waits, "refuse", { reason: "x" })).status, 200);
  assert.equal((await act(ito, await save(sato, draft()), "delete")).status, 200, "a supervisor, any draft");
});

const square = (west, south, east, north) => ({ type: "Polygon", coordinates: [[[west, south],
  [east, south], [east, north], [west, north], [west, south]]] });

test("a drawing is for the koban it shares ground with", async () => {
  const map = (await sato.call("GET", "/api/map")).json.kobans;
  assert.deepEqual(map.map((k) => k.id), [10, 11, 12, 13]);
  assert.equal(map[1].territory.type, "Polygon");
  const two = await save(sato, draft({ kobans: [13], drawing: square(139.695, 35.702, 139.705, 35.71) }));
  assert.deepEqual(two.kobans, [11, 12]);
  assert.equal(two.drawing.type, "Polygon", "kept");
  const answer = (drawing) => sato.call("POST", "/api/alerts", draft({ drawing }));
  const wrong = { sea: square(139.75, 35.65, 139.76, 35.66), line: { type: "LineString", coordinates: [[1, 2], [3, 4]] },
    words: "no drawing", flat: square(139.7, 35.7, 139.7, 35.71) };
  assert.deepEqual(await Promise.all(Object.values(wrong).map(async (one) => (await answer(one)).json.code)),
    ["drawing_empty", "drawing_invalid", "drawing_invalid", "drawing_invalid"]);
});

test("another area neither sees nor decides", async () => {
  const kimura = await officer(here.gateway, "kimura", 21);
  const alert = await submitted(sato, draft());
  assert.equal((await kimura.call("GET", `/api/alerts/${alert.ref}`)).status, 404);
  assert.equal((await act(kimura, alert, "approve", { count: alert.audience })).status, 404);
  assert.ok(!(await kimura.call("GET", "/api/alerts")).text.includes(alert.id));
  assert.equal((await act(tanaka, alert, "refuse", { reason: "住所が違う" })).json.state, "refused");
  kimura.close();
});

test("quiet hours hold back all but danger, and expire what would come too late", async () => {
  here.database.rows("update subscription set state = 2");
  // Whatever the hour is: quiet is now.
  const minute = Number(here.database.value(`select extract(hour from now() at time zone 'Asia/Tokyo') * 60
    + extract(minute from now() at time zone 'Asia/Tokyo')`).split(".")[0]);
  const [sleeper] = volunteers(1, { quiet: [(minute + 1430) % 1440, (minute + 120) % 1440] });
  const held = await approved(draft());
  await waitFor("it is queued", async () => (await read(held)).queued_all);
  assert.equal(count(await read(held), "queued"), 1);
  const late = await approved(draft({ expires_ms: Date.now() + 60 * 60 * 1000 }));
  await waitForState(late, "done");
  assert.equal(count(await read(late), "expired"), 1);
  assert.equal(here.centre.to(sleeper).length, 0);
  await act(sato, held, "stop");
  await waitFor("nobody waits", async () => count(await read(held), "queued") === 0);
});

test("stopped after some, corrected to exactly those already reached, STOP is respected", async () => {
  here.database.rows("update subscription set state = 2; update channel set rate_per_second = 20, in_flight = 4 where id = 2; update version set value = value + 1");
  const people = volunteers(60);
  const wrong = await approved(draft({ texts: { ja: "間違いの知らせ" } }));
  await waitFor("some have it", () => here.centre.ledger.filter((e) => e.text.includes("間違い")).length >= 10);
  assert.equal((await act(tanaka, wrong, "pause")).status, 200);
  assert.equal((await act(tanaka, wrong, "resume")).status, 200);
  assert.equal((await act(tanaka, wrong, "stop")).status, 200);
  await waitFor("nobody waits", async () => {
    const row = await read(wrong);
    return count(row, "queued") + count(row, "sending") === 0;
  });
  const reached = people.filter((one) => got(one, "間違い").length > 0);
  assert.ok(reached.length >= 10 && reached.length < 60, `${reached.length} reached`);
  const row = await read(wrong);
  assert.equal(count(row, "sent") + count(row, "unknown"), reached.length);
  here.database.rows(`update subscription set state = 2 where address = '${reached[0]}'`);
  const clear = await submitted(sato, draft({ kind: "correction", origin: wrong.id, texts: { ja: "訂正：先ほどは誤りです" } }));
  assert.equal(clear.audience, reached.length, "the audience is those");
  await act(tanaka, clear, "approve", { count: clear.audience });
  await waitForState(clear, "done");
  for (const one of people)
    assert.equal(got(one, "訂正").length, reached.includes(one) && one !== reached[0] ? 1 : 0, one);
  here.database.rows("update channel set rate_per_second = 200, in_flight = 16 where id = 2; update version set value = value + 1");
});

test("an answer within a day is linked, and read by a person of the alert's koban", async () => {
  here.database.rows("update subscription set state = 2");
  const [one] = volunteers(1, { prefix: "+8176" });
  await sms(here.gateway, one, "こんにちは");
  await waitFor("known", () => here.database.value(`select count(*) from address where address = '${one}'`) === "1");
  here.database.rows(`update contact c set subscribed_area_id = 1, current_area_id = 0, current_thread_id = 0
    from address a where a.address = '${one}' and c.id = a.contact_id;
    update thread set state = 3 where address = '${one}'`);
  const alert = await approved(draft());
  await waitFor("it arrives", () => got(one, "80歳").length === 1);
  await waitForState(alert, "done");
  await sms(here.gateway, one, "見ました 桜町の橋のところ");
  const reply = await waitFor("linked", async () => (await read(alert)).replies[0]);
  const thread = (await sato.call("GET", `/api/threads/${reply}`)).json;
  assert.ok(thread.messages.some((m) => m.body.includes("橋のところ")));
  assert.ok(["consultation", "unclear", "emergency"].includes(thread.thread.intent));
});

test("killed between chunks and sends: everybody has it once, or it is unknown", async () => {
  here.database.rows("update subscription set state = 2");
  const people = volunteers(5000);
  here.database.rows("update channel set rate_per_second = 5000, in_flight = 64 where id = 2; update version set value = value + 1");
  await waitFor("the rate is known", () => true);
  const alert = await approved(draft({ texts: { ja: "五千人への知らせ" } }));
  await waitFor("some have it", () => here.centre.ledger.filter((e) => e.text.includes("五千人")).length > 500);
  await here.gateway.kill();
  await here.gateway.start();
  sato.close();
  sato = await officer(here.gateway, "sato", SAKURA);
  await waitForState(alert, "done", 60000);
  const row = await read(alert);
  assert.equal(row.progress.reduce((n, p) => n + p.count, 0), 5000, "each recipient once");
  const seen = new Map();
  for (const entry of here.centre.ledger)
    if (entry.text.includes("五千人")) seen.set(entry.to, (seen.get(entry.to) ?? 0) + 1);
  assert.ok([...seen.values()].every((n) => n === 1), "nobody twice");
  assert.ok(5000 - seen.size <= count(row, "unknown"), "who has none is unknown");
  assert.equal(people.length, 5000);
});
