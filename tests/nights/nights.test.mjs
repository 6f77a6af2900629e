// SPDX-License-Identifier: Apache-2.0
//
// Plays the *.night files through real webhooks, real consoles and a fake SMS centre. A
// line at the margin happens, an indented line must become true (or stay true). Every
// sentence of a play is one entry of the table below.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chat, officer, site, sms, waitFor } from "../system/harness.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const KOBAN = { sakura: 11, umeda: 12, "hanasaki-desk": 10 };
const INTENTS = ["other", "command", "consultation", "unclear", "emergency"];
const MANNERS = ["normal", "text only", "discreet"];
const wantsNarration = Boolean(process.env.NIGHT_ALOUD);

class Night {
  async begin() {
    this.here = await site();
    this.officers = {};
    this.residents = 0;
    this.newResident();
  }
  newResident() {
    this.address = `+8190777700${String(this.residents++).padStart(2, "0")}`;
    this.page = null;
  }
  async end() {
    for (const one of Object.values(this.officers)) one.close();
    assert.equal(await this.here.end(), 0);
  }
  async says(channel, text) {
    const known = this.address;
    if (channel === "chat") {
      this.page ??= await chat(this.here.gateway, "sakura");
      this.address = this.page.address;
      assert.equal((await this.page.say(text)).status, 200);
    } else assert.equal((await sms(this.here.gateway, known, text)).status, 200);
    await waitFor("settled", () => this.value("select count(*) from inbox where outcome = 0") === "0");
  }
  value(sql) { return this.here.database.value(sql); }
  thread(field) {
    return this.value(`select ${field} from thread where address = '${this.address}' order by id desc limit 1`);
  }
  get ref() { return this.thread("area_id || '-' || id"); }
  // What has reached the resident, in words.
  async heard() {
    if (!this.page) return this.here.centre.to(this.address).map((entry) => entry.text);
    return (await this.page.messages()).messages.filter((m) => m.direction === "outbound").map((m) => m.body);
  }
  phone(login) {
    const address = this.value(`select p.address from officer_phone p join officer o on o.id = p.officer_id where o.login = '${login}'`);
    return { address, texts: () => this.here.centre.to(address).map((entry) => entry.text) };
  }
  async command(login, name, body) {
    const answer = await this.officers[login].command(this.ref, name, { force: true, ...body });
    assert.equal(answer.status, 200, `${login} ${name}: ${answer.text}`);
  }
}

const soon = (what, condition) => waitFor(what, condition, 6000);
// What must not happen is looked at after what must has happened; the outbox is empty then.
const quiet = (night) => soon("nothing is on its way", () => night.value("select count(*) from outbox where state in (1, 2)") === "0");

const SENTENCES = [
  [/^on duty: (\w+) at ([\w-]+) with a console$/, async (n, login, slug) => {
    n.officers[login] = await officer(n.here.gateway, login, KOBAN[slug]);
    await soon("the console is known", () => n.value("select count(*) from console_presence where has_sound") !== "0");
    await soon("the roster is read", async () => (await (await fetch(`${n.here.gateway.base}/chat/${slug}/state`)).json()).koban.is_staffed);
  }],
  [/^on duty: (\w+) at ([\w-]+) with a phone only$/, async (n, login, slug) => {
    n.here.database.rows(`insert into duty (area_id, officer_id, koban_id, source)
      select area_id, id, ${KOBAN[slug]}, 'test' from officer where login = '${login}';
      update version set value = value + 1 where name = 'roster'`);
    await soon("the roster is read", async () => (await (await fetch(`${n.here.gateway.base}/chat/${slug}/state`)).json()).koban.is_staffed);
  }],
  [/^resident on (sms|chat): (.+)$/, (n, channel, text) => n.says(channel, text)],
  [/^another resident on (sms|chat): (.+)$/, (n, channel, text) => { n.newResident(); return n.says(channel, text); }],
  [/^(\d+) more texts: (.+)$/, async (n, count, text) => {
    for (let i = 0; i < Number(count); i++) assert.equal((await sms(n.here.gateway, n.address, text)).status, 200);
    await soon("settled", () => n.value("select count(*) from inbox where outcome = 0") === "0");
  }],
  [/^(\w+) opens the thread$/, (n, login) => n.command(login, "open")],
  [/^(\w+) replies: (.+)$/, (n, login, text) => n.command(login, "reply", { text })],
  [/^(\w+) sets (\w+)$/, (n, login, status) => n.command(login, "status", { status })],
  [/^(\w+) texts: (TAKE|NO|DONE)$/, async (n, login, word) => {
    const answer = await sms(n.here.gateway, n.phone(login).address, `${word} ${n.thread("number")}`);
    assert.equal(answer.status, 200);
  }],
  // The link opens and claims; whoever only looks at it changes nothing.
  [/^(\w+) (looks at|uses) the link in the text$/, async (n, login, how) => {
    const number = n.thread("number");
    const page = await soon(`${login}'s text`, () => n.phone(login).texts().find((text) => text.includes(`TAKE ${number}`)));
    const token = new URL(page.match(/https?:\S+\/p\/\S+/)[0]).pathname.split("/")[2];
    const call = (path, body, cookie = "") => fetch(n.here.gateway.base + path, { method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", origin: n.here.gateway.base, "koban-link": "1", cookie } });
    if (how === "looks at") return assert.equal((await call("/api/link/look", { token })).status, 200);
    const used = await call("/api/link", { token });
    assert.equal(used.status, 200);
    const claimed = await call(`/api/threads/${n.ref}/claim`, { client_id: token },
      used.headers.get("set-cookie").split(";")[0]);
    assert.equal(claimed.status, 200);
  }],
  [/^strikes of the resident: (\d+)$/, (n, count) =>
    n.here.database.rows(`update contact set strikes = ${count} where id = ${n.thread("contact_id")}`)],
  [/^thread is (\w+), (normal|text only|discreet)$/, (n, intent, manner) => soon(`thread is ${intent}, ${manner}`, () =>
    n.thread("intent") === String(INTENTS.indexOf(intent)) && n.thread("manner") === String(MANNERS.indexOf(manner)))],
  [/^thread is at least unclear$/, (n) => soon("at least unclear", () => Number(n.thread("intent")) >= 3)],
  [/^thread is claimed by (\w+)$/, (n, login) => soon(`claimed by ${login}`, () =>
    n.thread("(select login from officer where id = claimed_by)") === login)],
  [/^there is (\d+) thread$/, (n, count) => soon("threads", () =>
    n.value(`select count(*) from thread where address = '${n.address}'`) === count)],
  [/^the thread holds (\d+) texts of the resident$/, (n, count) => soon("texts", () =>
    n.value(`select count(*) from message where direction = 0 and address = '${n.address}'`) === count)],
  [/^resident receives (\d+) texts?$/, async (n, count) => {
    await soon(`${count} texts`, async () => (await n.heard()).length >= Number(count));
    await quiet(n);
    assert.equal((await n.heard()).length, Number(count), (await n.heard()).join(" | "));
  }],
  [/^resident receives at least (\d+) texts?$/, (n, count) => soon(`${count} texts`, async () => (await n.heard()).length >= Number(count))],
  [/^resident receives at most (\d+) texts?$/, async (n, count) => {
    await quiet(n);
    assert.ok((await n.heard()).length <= Number(count), (await n.heard()).join(" | "));
  }],
  [/^resident receives a text with "(.+)"$/, (n, words) => soon(`a text with ${words}`, async () =>
    (await n.heard()).some((text) => text.includes(words)))],
  [/^resident receives nothing with "(.+)"$/, async (n, words) => {
    await quiet(n);
    for (const text of await n.heard()) assert.ok(!text.includes(words), text);
  }],
  [/^console of (\w+) rings$/, (n, login) => soon(`${login} rings`, () =>
    n.officers[login].alarms().some((event) => event.thread === n.ref.split("-")[1]))],
  [/^console of (\w+) does not ring$/, (n, login) =>
    assert.ok(!n.officers[login].alarms().some((event) => event.thread === n.ref.split("-")[1]))],
  [/^the alarm stops everywhere$/, async (n) => {
    for (const one of Object.values(n.officers))
      await soon("the alarm ends", () => one.events.some((e) => e.kind === "alarm_end" && e.thread === n.ref.split("-")[1]));
    assert.equal(n.value(`select count(*) from timer where kind = 1 and thread_id = ${n.thread("id")}`), "0");
  }],
  [/^phone of (\w+) gets a text with "(.+)"$/, (n, login, words) => soon(`${login}'s phone`, () =>
    n.phone(login).texts().some((text) => text.includes(words)))],
  [/^phone of (\w+) gets nothing with "(.+)"$/, (n, login, words) => {
    for (const text of n.phone(login).texts()) assert.ok(!text.includes(words), text);
  }],
];

async function play(file) {
  const night = new Night();
  await night.begin();
  try {
    const lines = readFileSync(join(HERE, file), "utf8").split("\n");
    for (const [i, whole] of lines.entries()) {
      const line = whole.replace(/#.*$/, "").trim();
      if (wantsNarration && whole.trim()) console.log(whole);
      if (line === "") continue;
      const found = SENTENCES.map(([pattern, act]) => [line.match(pattern), act]).find(([match]) => match);
      assert.ok(found, `${file}:${i + 1}: not a sentence of the plays: ${line}`);
      try {
        await found[1](night, ...found[0].slice(1));
      } catch (error) {
        throw new Error(`${file}:${i + 1}: ${line}\n  ${error.message}\n  heard: ${(await night.heard()).join(" | ")}`);
      }
    }
  } finally { await night.end(); }
}

for (const file of readdirSync(HERE).filter((name) => name.endsWith(".night")).sort()) {
  if (process.env.NIGHT && !file.includes(process.env.NIGHT)) continue;
  test(file.replace(/^\d+-|\.night$/g, "").replaceAll("-", " "), () => play(file));
}
