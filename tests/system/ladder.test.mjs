// SPDX-License-Identifier: Apache-2.0
//
// Who is rung when, until a person opens it; whose thread it is; and a bad row among good.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { officer, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11;
let here;

before(async () => { here = await site(); });
after(async () => { assert.equal(await here.end(), 0, "ends in order"); });

const ref = (address) => waitFor(`thread of ${address}`, () => here.database.value(
  `select area_id || '-' || id from thread where address = '${address}' order by id desc limit 1`));
const field = (thread, name) => here.database.value(
  `select ${name} from thread where area_id || '-' || id = '${thread}'`);

test("an emergency of an empty koban passes the empty rungs and reaches a phone", async () => {
  // Nobody is on duty at Sakura; Tanaka of the neighbour koban is, with a phone only.
  here.database.rows(`insert into duty (area_id, officer_id, koban_id, source) values (1, 103, 12, 'test');
    update version set value = value + 1`);
  const started = Date.now();
  await sms(here.gateway, "+819030000001", "桜町公園で人が刺された 助けて");
  const page = await waitFor("a page", () => here.centre.to("+819000000103")[0]);
  assert.ok(Date.now() - started < 3500, "the empty rungs take no time");
  const thread = await ref("+819030000001");
  assert.match(page.text, new RegExp(`TAKE ${field(thread, "number")}`));
  assert.ok(!page.text.includes("刺"), "no word of the resident in a page");
  assert.ok(!page.text.includes("0001"), "no address in a page");
  const first = await waitFor("first answer", () => here.centre.to("+819030000001")[0]);
  assert.match(first.text, /110|119/);
  await sms(here.gateway, "+819000000103", `TAKE ${field(thread, "number")}`);
  await waitFor("claimed by the phone's officer", () => field(thread, "claimed_by") === "103");
  assert.notEqual(field(thread, "acknowledged_ms"), "0");
  const told = await waitFor("the resident hears that it was opened", () =>
    here.centre.to("+819030000001").find((entry) => /見て|開き|確認/.test(entry.text)));
  assert.ok(told);
});

test("opened and then ignored it climbs again", async () => {
  const console = await officer(here.gateway, "sato", SAKURA);
  await waitFor("sato is live", () => here.database.value(
    "select count(*) from console_presence where has_sound") === "1");
  await sms(here.gateway, "+819030000002", "桜町公園で火事です 煙がすごい");
  const thread = await ref("+819030000002");
  const id = thread.split("-")[1];
  await waitFor("alarm", () => console.alarms().find((event) => event.thread === id));
  const opened = await console.command(thread, "open");
  assert.equal(opened.status, 200, opened.text);
  await waitFor("the alarm ends", () => console.events.find((e) => e.kind === "alarm_end" && e.thread === id));
  const before = console.alarms().filter((event) => event.thread === id).length;
  await waitFor("it climbs again", () =>
    console.events.some((e) => e.kind === "attention" && e.thread === id), 12000);
  assert.equal(field(thread, "acknowledged_ms"), "0", "nobody has it");
  await console.command(thread, "open");
  assert.equal((await console.command(thread, "status", { status: "on_scene" })).status, 200);
  assert.equal(here.database.value(`select count(*) from timer where thread_id = ${id}`), "0");
  assert.ok(before >= 1);
  console.close();
});

test("on the way and then silence: its officer is asked, again and again, until it ends", async () => {
  // Asked about after forty rungs, as 10 minutes are forty times 15 s.
  const quick = await site({ sets: { rung_ms: 100 } });
  const of = (sql) => quick.database.value(sql);
  const [console, other] = [await officer(quick.gateway, "sato", SAKURA), await officer(quick.gateway, "tanaka", 12)];
  await sms(quick.gateway, "+819030000021", "桜町公園で火事です 煙がすごい");
  const id = await waitFor("thread", () => of("select id from thread where address = '+819030000021'"));
  assert.equal((await console.command(`1-${id}`, "claim")).status, 200);
  assert.equal((await console.command(`1-${id}`, "status", { status: "on_the_way" })).status, 200);
  const from = Date.now();
  const asked = () => console.events.filter((event) => event.kind === "attention" && event.thread === id && event.at > from).length;
  await waitFor("the console asks", () => asked() >= 1);
  assert.ok(Date.now() - from > 3000, "not before its time");
  await waitFor("their phone asks", () => quick.centre.to("+819000000101").find((entry) => /まだ向かっていますか/.test(entry.text)));
  await waitFor("and again", () => asked() >= 2);
  assert.equal((await console.command(`1-${id}`, "status", { status: "on_scene" })).status, 200);
  assert.equal(of(`select count(*) from timer where thread_id = ${id}`), "0", "on scene ends it");
  assert.equal(quick.centre.to("+819030000021").filter((entry) => /向かって/.test(entry.text)).length, 1, "the resident hears it once");
  for (const one of [console, other]) one.close();
  assert.equal(await quick.end(), 0);
});

test("on the last rung every koban of a large area can open it", async () => {
  here.database.rows(`insert into koban (id, area_id, slug, name, name_ja, name_id, name_en)
      select 500 + n, 1, 'large-' || n, 'large ' || n, '', '', '' from generate_series(1, 200) n;
    update version set value = value + 1 where name = 'roster'`);
  here.database.rows("update officer set koban_id = 700 where login = 'wayan'");
  await sms(here.gateway, "+819030000008", "桜町公園で人が倒れて動きません 助けて");
  const thread = await ref("+819030000008"), id = thread.split("-")[1];
  await waitFor("the last rung", () => here.database.value(
    `select count(*) from thread_access where thread_id = ${id} and koban_id = 0`) === "1");
  const wayan = await officer(here.gateway, "wayan"), kimura = await officer(here.gateway, "kimura");
  assert.equal((await wayan.call("GET", `/api/threads/${thread}`)).status, 200);
  assert.equal((await kimura.call("GET", `/api/threads/${thread}`)).status, 404, "not another area");
  assert.equal((await wayan.command(thread, "open")).status, 200);
  here.database.rows("update officer set koban_id = 13 where login = 'wayan'");
  wayan.close();
  kimura.close();
});

test("of two officers answering at once the second is shown the first's answer", async () => {
  const sato = await officer(here.gateway, "sato", SAKURA);
  const suzuki = await officer(here.gateway, "suzuki", SAKURA);
  await sms(here.gateway, "+819030000003", "桜町公園で財布を落としました");
  const thread = await ref("+819030000003");
  const page = (await sato.call("GET", `/api/threads/${thread}`)).json;
  const seen = page.messages.at(-1).id;
  const [one, two] = await Promise.all([
    sato.command(thread, "reply", { text: "いつ落としましたか", seen }),
    suzuki.command(thread, "reply", { text: "どんな財布ですか", seen })]);
  assert.deepEqual([one.status, two.status].sort(), [200, 409]);
  const refused = one.status === 409 ? one : two;
  assert.ok(["other_answered", "claimed"].includes(refused.json.code), refused.text);
  const forced = await (one.status === 409 ? sato : suzuki).command(thread, "reply",
    { text: "続けて聞きます", seen, force: true });
  assert.equal(forced.status, 200);
  await waitFor("both replies arrive", () =>
    here.centre.to("+819030000003").filter((e) => /ましたか|財布ですか|続けて/.test(e.text)).length === 2);
  sato.close();
  suzuki.close();
});

test("a reply repeated with the same client_id is sent once", async () => {
  const sato = await officer(here.gateway, "sato", SAKURA);
  await sms(here.gateway, "+819030000004", "桜町公園で鍵を拾いました");
  const thread = await ref("+819030000004");
  const body = { client_id: randomUUID(), text: "ありがとうございます。交番までお持ちください。", force: true };
  const first = await sato.command(thread, "reply", body);
  const again = await sato.command(thread, "reply", body);
  assert.equal(first.status, 200, first.text);
  assert.deepEqual([again.status, again.json.message], [200, first.json.message]);
  assert.equal(here.database.value(
    `select count(*) from message where client_id = '${body.client_id}'`), "1");
  sato.close();
});

test("a claim whose officer went off duty is nobody's", async () => {
  const sato = await officer(here.gateway, "sato", SAKURA);
  const suzuki = await officer(here.gateway, "suzuki", SAKURA);
  await sms(here.gateway, "+819030000005", "桜町公園のあたりがうるさいです");
  const thread = await ref("+819030000005");
  assert.equal((await sato.command(thread, "claim")).status, 200);
  assert.equal((await suzuki.command(thread, "claim")).status, 409);
  assert.equal((await sato.call("POST", "/api/duty/end", { notes: [] })).status, 200);
  await waitFor("suzuki may claim it", async () => (await suzuki.command(thread, "claim")).status === 200);
  sato.close();
  suzuki.close();
});

test("another koban's officer does not see the thread until it reaches them", async () => {
  const kimura = await officer(here.gateway, "kimura", 21);
  await sms(here.gateway, "+819030000006", "桜町公園で自転車を盗まれました");
  const thread = await ref("+819030000006");
  assert.equal((await kimura.call("GET", `/api/threads/${thread}`)).status, 404);
  assert.equal((await kimura.command(thread, "reply", { text: "x", force: true })).status, 404);
  const boot = (await kimura.call("GET", "/api/boot")).json;
  assert.ok(!boot.threads.some((row) => row.ref === thread));
  kimura.close();
});

test("every opening is in the audit, and the chain holds", async () => {
  const sato = await officer(here.gateway, "sato", SAKURA);
  await sms(here.gateway, "+819030000007", "桜町公園の道を教えてください");
  const thread = await ref("+819030000007"), id = thread.split("-")[1];
  await sato.call("GET", `/api/threads/${thread}`);
  assert.equal(here.database.value(`select count(*) from audit where thread_id = ${id}
    and action = 'thread.read' and officer_id = 101`), "1");
  await waitFor("sealed", () => here.database.value(`select count(*) from audit_chain c
    join audit a on a.id = c.audit_id where a.thread_id = ${id} and a.action = 'thread.read'`) === "1");
  assert.match(here.gateway.cli("audit", "verify"), /every link holds/);
  sato.close();
});

test("a row that cannot be written is quarantined, its neighbours are not", async () => {
  // The number of a thread that is out of range for its column, made so by hand.
  here.database.rows("alter table message add constraint poison check (body <> 'poison')");
  const answers = await Promise.all(["a", "poison", "b", "c"].map((text, i) =>
    sms(here.gateway, `+81903000001${i}`, text)));
  assert.deepEqual(answers.map((a) => a.status), [200, 200, 200, 200]);
  await waitFor("all settled", () => here.database.value("select count(*) from inbox where outcome = 0") === "0");
  assert.equal(here.database.value("select count(*) from inbox where outcome = 5"), "1");
  assert.equal(here.database.value("select count(*) from message where body in ('a', 'b', 'c')"), "3");
  // Kept for a person, who lets it in when the reason is gone.
  const id = here.database.value("select id from quarantine where target = 'inbox' and not is_done");
  assert.match(here.gateway.cli("quarantine", "show", id), /poison/);
  here.database.rows("alter table message drop constraint poison");
  here.gateway.cli("quarantine", "release", id);
  await waitFor("the released one is a message",
    () => here.database.value("select count(*) from message where body = 'poison'") === "1");
});
