// SPDX-License-Identifier: Apache-2.0
//
// What goes with duty (people.md 4): the roster over midnight in the area's own zone, claims
// of who has gone, the last console of a staffed koban; and what the receipt says of when.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { officer, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11, HAMA = 21;
let here;

before(async () => { here = await site({ sets: { rung_ms: 2000 } }); });
after(async () => { assert.equal(await here.end(), 0, "ends in order"); });

const value = (sql) => here.database.value(sql);
const field = (address, name) => value(`select ${name} from thread where address = '${address}' order by id desc limit 1`);
const thread = (address) => waitFor(`thread of ${address}`, () => field(address, "area_id || '-' || id"));
const staffed = async (slug) => (await (await fetch(`${here.gateway.base}/chat/${slug}/state`)).json()).koban.is_staffed;
const zone = (name) => here.database.rows(`update area set time_zone = '${name}' where id = 1;
  update version set value = value + 1 where name = 'roster'`);
// The zone in which it is about this hour of the day now.
const zoneOfHour = (hour) => {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
};

test("a roster is imported, and a night shift is on duty on both sides of midnight", async () => {
  const folder = mkdtempSync(join(tmpdir(), "koban-roster-")), file = join(folder, "roster.csv");
  const day = (zoneName, ahead) => value(`select to_char((now() at time zone '${zoneName}') + interval '${ahead} days', 'YYYY-MM-DD')`);
  for (const hour of [23, 3]) {
    zone(zoneOfHour(hour));
    const from = day(zoneOfHour(hour), hour === 23 ? 0 : -1), to = day(zoneOfHour(hour), hour === 23 ? 1 : 0);
    writeFileSync(file, `# login,koban,from,to\r\nsuzuki,sakura,${from} 22:00,${to} 06:00\r\n`);
    here.gateway.cli("shift", "import", file);
    await waitFor(`on duty at ${hour} o'clock`, () => staffed("sakura"));
    here.database.rows("delete from shift; update version set value = value + 1 where name = 'roster'");
    await waitFor("nobody again", async () => !(await staffed("sakura")));
  }
  zone(zoneOfHour(12));
  writeFileSync(file, `suzuki,sakura,${day(zoneOfHour(12), -1)} 22:00,${day(zoneOfHour(12), 0)} 06:00\n`);
  here.gateway.cli("shift", "import", file);
  assert.equal(value("select count(*) from duty_now()"), "0", "at noon the night is over");
  writeFileSync(file, "suzuki,sakura,2026-01-01 22:00,2026-01-02 06:00\nnobody,sakura,2026-01-01 22:00,2026-01-02 06:00\n");
  assert.throws(() => here.gateway.cli("shift", "import", file), /roster.csv:2/);
  assert.equal(value("select count(*) from shift"), "1", "a roster with a mistake changes nothing");
  here.database.rows("delete from shift");
  zone("Asia/Tokyo");
  rmSync(folder, { recursive: true });
});

test("the receipt names today's or tomorrow's hour when nobody is there", async () => {
  let asked = 0;
  for (const [hour, words] of [[3, /今は無人で、8時から対応/], [14, /今は無人で、明日8時から対応/]]) {
    zone(zoneOfHour(hour));
    // Until the gateway has read the zone.
    await waitFor(`${words} at ${hour} o'clock`, async () => {
      const from = `+8190310001${String(asked++).padStart(2, "0")}`;
      await sms(here.gateway, from, "桜町公園で鍵を拾いました");
      return words.test((await waitFor("a receipt", () => here.centre.to(from)[0])).text);
    });
  }
  zone("Asia/Tokyo");
});

test("OFF by text: what the officer held is nobody's, an emergency rings again", async () => {
  here.database.rows(`insert into duty (area_id, officer_id, koban_id, source) values (1, 102, ${SAKURA}, 'text'), (1, 105, 10, 'text');
    update version set value = value + 1 where name = 'roster'`);
  await waitFor("suzuki is on duty", () => staffed("sakura"));
  await sms(here.gateway, "+819031000003", "桜町公園で人が刺された 助けて");
  await thread("+819031000003");
  const number = await waitFor("its number", () => field("+819031000003", "number"));
  await waitFor("a page", () => here.centre.to("+819000000102").find((entry) => entry.text.includes(`TAKE ${number}`)));
  await sms(here.gateway, "+819000000102", `TAKE ${number}`);
  await waitFor("taken", () => field("+819031000003", "claimed_by") === "102");
  await sms(here.gateway, "+819000000102", "OFF");
  await waitFor("nobody's", () => field("+819031000003", "claimed_by") === "0");
  assert.equal(field("+819031000003", "acknowledged_ms"), "0", "it rings again");
  await waitFor("the supervisor is asked", () => here.centre.to("+819000000105").find((entry) => entry.text.includes(`TAKE ${number}`)));
  assert.equal(value("select count(*) from audit where action = 'thread.forsaken'"), "1");
  assert.notEqual(value("select count(*) from audit where action = 'thread.grant'"), "0", "who was let in is in the audit");
});

test("the last console of a staffed koban gone is told to its area, once", async () => {
  const mori = await officer(here.gateway, "mori", 20);
  // Another supervisor of the area has nothing but a phone.
  here.database.rows(`update officer set area_id = 2, koban_id = 20, role = 1 where login = 'wayan';
    insert into officer_phone select id, 2, '+819000000104', true from officer where login = 'wayan';
    insert into duty (area_id, officer_id, koban_id, role, source) select 2, id, 20, 1, 'text' from officer where login = 'wayan';
    update version set value = value + 1 where name = 'roster'`);
  const kimura = await officer(here.gateway, "kimura", HAMA);
  await waitFor("both are live", () => value("select count(*) from console_presence where koban_id in (20, 21)") === "2");
  const told = () => mori.events.filter((event) => event.kind === "duty" && event.urgency === 3).length;
  kimura.close();
  await waitFor("the supervisor is told", () => told() === 1);
  assert.deepEqual((await mori.call("GET", "/api/boot")).json.no_console, [HAMA]);
  assert.equal(value("select count(*) from audit where action = 'koban.no_console' and detail = 'hama'"), "1");
  const again = await officer(here.gateway, "kimura", HAMA);
  await waitFor("it is back", async () => (await mori.call("GET", "/api/boot")).json.no_console.length === 0);
  assert.equal(told(), 1);
  await waitFor("on the other's phone", () => here.centre.to("+819000000104").length > 0);
  assert.deepEqual(here.centre.to("+819000000104").map((entry) => entry.text),
    ["Koban Hama: tidak ada konsol yang tersambung, padahal petugas sedang bertugas. Mohon telepon mereka."]);
  assert.equal(here.centre.to("+819000000107").length, 0, "whose console is live is not texted");
  for (const one of [mori, again]) one.close();
});

test("an officer opens a thread for somebody at the counter and goes on by text", async () => {
  const sato = await officer(here.gateway, "sato", SAKURA);
  const visit = (body) => sato.call("POST", "/api/visits", { client_id: randomUUID(), channel: "sms-demo",
    address: "090-3100-0005", text: "黒い財布を窓口で届け出", ...body });
  const body = { client_id: randomUUID() };
  const opened = await visit(body);
  assert.equal(opened.status, 200, opened.text);
  const { ref, intent, claimed_by: claimed } = opened.json.thread;
  assert.deepEqual([intent, claimed.name], ["consultation", "佐藤"]);
  assert.equal(field("+819031000005", "koban_id"), String(SAKURA), "the number as the carrier has it");
  const again = await visit(body);
  assert.deepEqual([again.status, again.json.thread?.ref, value("select count(*) from thread where address = '+819031000005'")],
    [200, ref, "1"], "a repeat hears of the same thread");
  assert.equal(here.centre.to("+819031000005").length, 0, "nothing is said by itself");
  assert.equal((await sato.command(ref, "reply", { text: "財布が見つかりました", force: true })).status, 200);
  await waitFor("the text", () => here.centre.to("+819031000005").find((entry) => entry.text.includes("見つかりました")));
  await sms(here.gateway, "+819031000005", "ありがとうございます、取りに行きます");
  await waitFor("the answer is in it", () => value(
    "select count(*) from message where direction = 0 and address = '+819031000005'") === "1");
  assert.equal(value("select count(*) from thread where address = '+819031000005'"), "1");
  for (const wrong of [{ address: "call me" }, { channel: "chat" }, { channel: "line-demo" }, { client_id: "" }])
    assert.equal((await visit({ client_id: randomUUID(), ...wrong })).status, 422, JSON.stringify(wrong));
  assert.equal((await visit({ client_id: randomUUID(), text: "" })).status, 409);
  here.database.rows("update officer set role = 3 where login = 'suzuki'");
  const suzuki = await officer(here.gateway, "suzuki");
  assert.equal((await suzuki.call("POST", "/api/visits", { client_id: randomUUID(), channel: "sms-demo",
    address: "090-3100-0006", text: "x" })).status, 403);
  for (const one of [sato, suzuki]) one.close();
});
