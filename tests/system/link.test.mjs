// SPDX-License-Identifier: Apache-2.0
//
// The one-time link in a text to an officer's phone: looking harms nothing, using it opens
// and claims, once, and shows one thread and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Console, officer, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11, UMEDA = 12;
let here;

before(async () => { here = await site(); });
after(async () => { assert.equal(await here.end(), 0, "ends in order"); });

const field = (address, name) => here.database.value(
  `select ${name} from thread where address = '${address}' order by id desc limit 1`);

// A phone with nothing but the link: no session, a cookie of its own.
class Phone extends Console {
  constructor(url) {
    super(here.gateway, "");
    this.token = new URL(url).pathname.split("/")[2];
  }
  async call(method, path, body) {
    const answer = await fetch(this.gateway.base + path, { method, headers: { "koban-link": "1",
      origin: this.gateway.base, ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    let json = null;
    try { json = JSON.parse(text); } catch { /* a page */ }
    return { status: answer.status, headers: answer.headers, text, json };
  }
  look() { return this.call("POST", "/api/link/look", { token: this.token }); }
  async use() {
    const answer = await this.call("POST", "/api/link", { token: this.token });
    if (answer.status === 200) this.cookie = answer.headers.get("set-cookie").split(";")[0];
    return answer;
  }
}

// Tanaka (103) at Umeda has a phone only; an emergency reaches it.
async function paged(from, text) {
  await sms(here.gateway, from, text);
  // Earlier ones may still climb: the page of this thread's number.
  const number = await waitFor("its thread", () => field(from, "number"));
  const page = await waitFor("a page", () => here.centre.to("+819000000103")
    .find((entry) => entry.text.includes(`TAKE ${number}`)));
  const url = page.text.match(/https?:\S+\/p\/\S+/);
  assert.ok(url, `a link in: ${page.text}`);
  return { text: page.text, url: url[0] };
}

test("looking at a link, as robots do, takes nothing and shows nothing of the resident", async () => {
  here.database.rows(`insert into duty (area_id, officer_id, koban_id, source) values (1, 103, ${UMEDA}, 'test');
    update version set value = value + 1 where name = 'roster'`);
  const { url, text } = await paged("+819040000001", "桜町公園で人が刺された <b>助けて</b>");
  assert.ok(!text.includes("刺") && !text.includes("40000001"));
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(page.headers.get("referrer-policy"), /no-referrer/);
  const looked = await new Phone(url).look();
  assert.equal(looked.status, 200);
  assert.equal(String(looked.json.number), field("+819040000001", "number"));
  assert.ok(!looked.text.includes("刺") && !looked.text.includes("40000001"));
  assert.equal(field("+819040000001", "acknowledged_ms"), "0", "nobody has opened it");
  assert.equal(field("+819040000001", "claimed_by"), "0");
});

test("using it opens and claims, the alarm ends; a second phone is refused", async () => {
  const sato = await officer(here.gateway, "sato", SAKURA);
  const { url } = await paged("+819040000002", "桜町公園で火事です 助けて");
  await waitFor("the console rings", () => sato.alarms().length > 0);
  const phone = new Phone(url);
  const used = await phone.use();
  assert.equal(used.status, 200, used.text);
  assert.match(used.headers.get("set-cookie"), /HttpOnly; SameSite=Strict/);
  const ref = used.json.thread;
  assert.equal((await phone.command(ref, "claim")).status, 200);
  assert.equal(field("+819040000002", "claimed_by"), "103");
  assert.notEqual(field("+819040000002", "acknowledged_ms"), "0");
  await waitFor("the alarm ends", () => sato.events.some((event) => event.kind === "alarm_end"));
  assert.equal((await new Phone(url).use()).status, 409, "once");
  const thread = await phone.call("GET", `/api/threads/${ref}`);
  assert.ok(thread.json.messages.some((m) => m.body.includes("火事")));
  const seen = thread.json.messages.filter((m) => m.direction === "inbound").at(-1).id;
  assert.equal((await phone.command(ref, "reply", { text: "今向かっています", seen })).status, 200);
  await waitFor("the reply arrives", () => here.centre.to("+819040000002").some((e) => e.text.includes("今向かって")));
  assert.equal((await phone.command(ref, "status", { status: "on_the_way" })).status, 200);
  assert.equal(here.database.value("select count(*) from audit where action = 'link.use' and officer_id = 103"), "1");
  sato.close();
});

test("behind a link there is one thread and nothing else", async () => {
  const { url } = await paged("+819040000003", "桜町公園で人が倒れて息をしていない");
  await sms(here.gateway, "+819040000004", "桜町公園で財布を落としました");
  const phone = new Phone(url);
  const ref = (await phone.use()).json.thread;
  const other = await waitFor("another thread", () => field("+819040000004", "area_id || '-' || id"));
  assert.equal((await phone.call("GET", `/api/threads/${ref}`)).status, 200);
  assert.equal((await phone.call("GET", `/api/threads/${other}`)).status, 404);
  assert.equal((await phone.command(other, "open")).status, 404);
  assert.equal((await phone.call("POST", "/api/duty", { koban: SAKURA, sound: true })).status, 403);
  assert.equal((await phone.call("GET", "/api/events?sound=1")).status, 403);
  const boot = await phone.call("GET", "/api/boot");
  assert.ok(!boot.text.includes(other.split("-")[1]), "no other thread in the boot");
  const found = await phone.call("GET", `/api/search?q=${encodeURIComponent("財布")}`);
  assert.ok(!found.text.includes("財布"));
  // Its cookie is no console session, and the console's cookie no link.
  phone.cookie = phone.cookie.replace("koban-link=", "koban=");
  const plain = await fetch(`${here.gateway.base}/api/boot`, { headers: { "koban-link": "1", cookie: phone.cookie } });
  assert.equal(plain.status, 401);
});

test("a forged, a foreign and a late link are told apart by nobody", async () => {
  const { url } = await paged("+819040000005", "桜町公園で子供が溺れている");
  here.database.rows("update page_link set expires_at = now() - interval '1 second'");
  const late = await new Phone(url).look();
  const forged = await new Phone(`${here.gateway.base}/p/${"A".repeat(22)}`).look();
  assert.deepEqual([late.status, late.text], [forged.status, forged.text]);
  assert.equal(late.status, 404);
  assert.equal((await new Phone(url).use()).status, 404);
  const foreign = await fetch(`${here.gateway.base}/api/link`, { method: "POST",
    headers: { origin: "https://elsewhere.example", "content-type": "application/json" },
    body: JSON.stringify({ token: new URL(url).pathname.split("/")[2] }) });
  assert.equal(foreign.status, 403);
  assert.equal(here.database.value("select count(*) from page_link where length(hash) <> 32"), "0", "hashes only");
});
