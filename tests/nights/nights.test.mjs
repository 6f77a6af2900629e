// SPDX-License-Identifier: Apache-2.0
//
// Plays the *.night files through real webhooks, real consoles and a fake SMS centre. A
// line at the margin happens, an indented line must become true (or stay true). Every
// sentence of a play is one entry of the table below. In what people receive, [number] is the
// case's, [link] a one-time link, [opening] the hour the box opens, today's or tomorrow's,
// " / " a new line.
//
// Two lines are about the whole play: `pack id` plays it in that country's invented city (its file
// ends in .id.night: the twin of the one without), `a rung takes 1 s` makes its ladder as fast.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chat, officer, site, sms, waitFor } from "../system/harness.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
// So long that nothing climbs while a play is about something else.
const RUNG_S = 10, RUNG = /^a rung takes (\d+) s$/m;
const pack_of = (tag) => JSON.parse(readFileSync(join(HERE, `../../deploy/country/${tag}.json`), "utf8"));
const INTENTS = ["other", "command", "consultation", "unclear", "emergency"];
const MANNERS = ["normal", "text only", "discreet"];
const STATUSES = ["on the way", "on scene", "passed on", "done"];
const wantsNarration = Boolean(process.env.NIGHT_ALOUD);

class Night {
  constructor(pack, rungS) {
    Object.assign(this, { pack, rungS, country: pack_of(pack), officers: {}, people: 0, read: new Map(), paged: new Map() });
  }
  async begin() {
    this.here = await site({ pack: this.pack, sets: { rung_ms: this.rungS * 1000 } });
    this.kobans = Object.fromEntries(this.here.database.rows("select slug, id from koban").map(([slug, id]) => [slug, Number(id)]));
    this.page_of = this.value("select slug from koban where not is_desk order by id limit 1");
    this.newResident();
  }
  newResident() {
    this.address = `+${this.country.numbering.country_code}90777700${String(this.people++).padStart(2, "0")}`;
    this.page = null;
  }
  async end() {
    for (const one of Object.values(this.officers)) one.close();
    assert.equal(await this.here.end(), 0);
  }
  async says(channel, text, more = {}) {
    if (channel === "chat") {
      this.page ??= await chat(this.here.gateway, this.page_of);
      this.address = this.page.address;
      assert.equal((await this.page.say(text, more)).status, 200);
    } else assert.equal((await sms(this.here.gateway, this.address, text, more)).status, 200);
    await soon("settled", () => this.value("select count(*) from inbox where outcome = 0") === "0");
  }
  value(sql) { return this.here.database.value(sql); }
  thread(field) {
    return this.value(`select ${field} from thread where address = '${this.address}' order by id desc limit 1`);
  }
  get ref() { return this.thread("area_id || '-' || id"); }
  get id() { return this.ref.split("-")[1]; }
  // What has reached the resident, in words.
  async heard() {
    if (!this.page) return this.here.centre.to(this.address).map((entry) => entry.text);
    // The page shows the thread that is open; what was said before it stays heard.
    this.page.said ??= new Map();
    for (const m of (await this.page.messages()).messages)
      if (m.direction === "outbound") this.page.said.set(m.id, m.body);
    return [...this.page.said.values()];
  }
  // As a play writes it: one line, what differs each time by its name.
  plain(text) {
    return text.replaceAll(/https?:\S+\/p\/\S+/g, "[link]").replaceAll(this.thread("number"), "[number]").replaceAll("\n", " / ")
      .replace(/(明日)?8時|(tomorrow )?from 8:00|(besok )?mulai jam 8/, "[opening]");
  }
  phone(login) {
    const address = this.value(`select p.address from officer_phone p join officer o on o.id = p.officer_id where o.login = '${login}'`);
    return { address, texts: () => this.here.centre.to(address).map((entry) => entry.text) };
  }
  async command(login, name, body) {
    const answer = await this.officers[login].command(this.ref, name, { force: true, ...body });
    assert.equal(answer.status, 200, `${login} ${name}: ${answer.text}`);
  }
  // The row as the officer's console has it; null when it has none.
  async shown(login) {
    const answer = await this.officers[login].call("GET", `/api/threads/${this.ref}`);
    return answer.status === 200 ? answer.json : null;
  }
  // The next text of a list that nobody has spoken of yet.
  async next(seen, who, texts, wanted) {
    const at = seen.get(who) ?? 0;
    const got = await soon(`${who} receives one more text`, async () => (await texts())[at]);
    assert.equal(this.plain(got), wanted);
    seen.set(who, at + 1);
  }
  async nothingMore(seen, who, texts) {
    await quiet(this);
    assert.deepEqual((await texts()).slice(seen.get(who) ?? 0).map((text) => this.plain(text)), []);
  }
}

const soon = (what, condition) => waitFor(what, condition, 12000);
// What must not happen is looked at after what must has happened; the outbox is empty then.
const quiet = (night) => soon("nothing is on its way", () => night.value("select count(*) from outbox where state in (1, 2)") === "0");

// What a console says of a thread, each a word of the play: how it is found in the row.
const CATEGORIES = ["no category", "domestic violence", "child abuse", "assault", "robbery", "break-in", "theft", "stalking",
  "groping", "kidnapping", "missing person", "suicide", "medical", "fire", "gas", "drowning", "traffic", "disaster", "scam",
  "suspicious", "mob", "lost and found", "noise"];
const name = (night, login) => night.value(`select public_name from officer where login = '${login}'`);

function says(night, { thread: row, messages, access, strikes, cannot_text: cannot }, word) {
  const [, by] = word.match(/^(?:claimed|opened) by (.+)$/) ?? [];
  const [, koban] = word.match(/^at ([\w-]+)$/) ?? [];
  if (INTENTS.includes(word)) return row.intent === word;
  if (MANNERS.includes(word)) return row.manner === word.replace(" ", "_");
  if (STATUSES.includes(word)) return row.status === word.replaceAll(" ", "_");
  if (word === "not opened") return row.acknowledged_ms === 0;
  if (word === "cannot be texted") return cannot;
  if (/^\d+ false alarms?$/.test(word)) return strikes === Number(word.split(" ")[0]) && !("strikes" in row);
  if (word === "not claimed") return row.claimed_by === null;
  if (["open", "waiting"].includes(word)) return row.state === word;
  if (word === "promised") return messages.some((m) => m.direction === "system" && /^waits:\d{13}$/.test(m.body));
  if (word === "unseen") return row.unseen;
  if (word === "closed") return row.state === "closed";
  if (word === "linked to the last") return row.previous !== null;
  if (word === "place confirmed") return row.place_confirmed;
  if (word === "place not confirmed") return !row.place_confirmed;
  if (word.startsWith("claimed by")) return row.claimed_by?.name === name(night, by);
  if (word.startsWith("opened by")) return row.acknowledged_ms !== 0 && row.acknowledged_by?.name === name(night, by);
  if (koban) return row.koban === night.kobans[koban];
  if (word.startsWith("seen by the whole area")) return access.some((one) => one.koban === 0);
  if (/^".*"$/.test(word)) return messages.some((m) => m.direction === "inbound" && m.body === word.slice(1, -1));
  if (CATEGORIES.includes(word)) return CATEGORIES[row.category] === word;
  throw new Error(`a console does not say: ${word}`);
}

const staffed = (n, slug) => soon("the roster is read", async () =>
  (await (await fetch(`${n.here.gateway.base}/chat/${slug}/state`)).json()).koban.is_staffed);
const alarms = (n, login) => n.officers[login].alarms().filter((event) => event.thread === n.id);
const desk = (n, slug) => `+9991${String(n.kobans[slug]).padStart(6, "0")}`;
const settled = (n) => soon("settled", () => n.value("select count(*) from inbox where outcome = 0") === "0");

// The link opens and claims; whoever only looks at it changes nothing.
async function link(n, login, how) {
  const page = await soon(`${login}'s text`, () => n.phone(login).texts().find((text) => text.includes(`TAKE ${n.thread("number")}`)));
  const token = new URL(page.match(/https?:\S+\/p\/\S+/)[0]).pathname.split("/")[2];
  const call = (path, body, cookie = "") => fetch(n.here.gateway.base + path, { method: "POST", body: JSON.stringify(body),
    headers: { "content-type": "application/json", origin: n.here.gateway.base, "koban-link": "1", cookie } });
  if (how === "looks at") return assert.equal((await call("/api/link/look", { token })).status, 200);
  const used = await call("/api/link", { token });
  assert.equal(used.status, 200);
  const claimed = await call(`/api/threads/${n.ref}/claim`, { client_id: token },
    used.headers.get("set-cookie").split(";")[0]);
  assert.equal(claimed.status, 200);
}

// ---- alerts

// People who asked for alerts about something; asleep: their quiet hours are now.
function volunteers(n, count, slug, topic, isAsleep) {
  const bit = `1 << ${topics(n)[topic]}`, first = (n.volunteers ??= 0);
  n.volunteers += Number(count);
  n.value(`with hour as (select extract(hour from now() at time zone time_zone)::int h from area where id = 1)
    insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state, kobans, topics,
      language, quiet_from, quiet_to, source, consented_at)
    select k.area_id, 2, '+9990' || lpad(n::text, 6, '0'), 100000 + n, 1, 100000 + n, 1, array[k.id], ${bit}, '',
      ${isAsleep ? "(h + 22) % 24 * 60, (h + 2) % 24 * 60" : "0, 0"}, 'night', now()
    from koban k, hour, generate_series(${first + 1}, ${n.volunteers}) n where k.slug = '${slug}'`);
}
const topics = (n) => Object.fromEntries(n.country.topics.map(({ id, code }) => [code, id]));
async function alertCall(n, login, path, body) {
  const answer = await n.officers[login].call("POST", `/api/alerts${path}`, body);
  assert.equal(answer.status, 200, `${login} ${path}: ${answer.text}`);
  return answer.json;
}
async function alertWrite(n, login, body) {
  const saved = await alertCall(n, login, "", { area: 1, severity: "warning", expires_ms: Date.now() + 86400000, ...body });
  n.alert = await alertCall(n, login, `/${saved.ref}/preview`, { version: saved.version });
  n.alert = { ...saved, ...await alertCall(n, login, `/${saved.ref}/submit`, { version: saved.version, audience: n.alert.recipients }) };
}
const language = (n) => n.country.languages[0];
const alertState = (n) => `area_id = 1 and alert_id = ${n.alert.id}`;
const have = (n, text) => new Set(n.here.centre.ledger
  .filter((e) => e.mode === "accept" && e.to.startsWith("+9990") && e.text === text).map((e) => e.to)).size;

const ALERTS = [
  [/^(\d+) volunteers of ([\w-]+) ask for (\w+)(?:, (asleep))?$/, volunteers],
  [/^the SMS centre takes (\d+) texts, then it is busy$/, (n, count) => {
    n.here.centre.room = Number(count);
    n.value("update channel set rate_per_second = 1000, in_flight = 64 where id = 2; update version set value = value + 1");
  }],
  [/^the SMS centre takes texts again$/, (n) => { n.here.centre.room = Infinity; }],
  [/^at home: (\w+) with a console$/, async (n, login) => { n.officers[login] = await officer(n.here.gateway, login); }],
  [/^(\w+) writes an alert about (\w+) for ([\w-]+): (.+)$/, (n, login, topic, slug, text) => {
    const kind = { kind: "alert", topic: topics(n)[topic], kobans: [n.kobans[slug]] };
    n.wrong = kind;
    return alertWrite(n, login, { ...kind, texts: { [language(n)]: text } });
  }],
  [/^(\w+) writes to those who have it, (a correction|an all clear): (.+)$/, (n, login, kind, text) =>
    alertWrite(n, login, { ...n.wrong, kind: kind === "a correction" ? "correction" : "all_clear", origin: n.alert.id,
      texts: { [language(n)]: text } })],
  [/^the preview counts (\d+) volunteers$/, (n, count) => assert.equal(n.alert.audience, Number(count))],
  [/^(\w+) cannot approve it$/, async (n, login) =>
    assert.equal((await n.officers[login].call("POST", `/api/alerts/${n.alert.ref}/approve`,
      { version: n.alert.version, count: n.alert.audience })).status, 403)],
  [/^(\w+) approves it for (\d+)$/, async (n, login, count) => {
    n.alert = { ...n.alert, ...await alertCall(n, login, `/${n.alert.ref}/approve`, { version: n.alert.version, count: Number(count) }) };
  }],
  [/^(\w+) stops it$/, async (n, login) => {
    const now = (await n.officers[login].call("GET", `/api/alerts/${n.alert.ref}`)).json;
    n.alert = { ...n.alert, ...await alertCall(n, login, `/${n.alert.ref}/stop`, { version: now.version }) };
    await soon("nobody waits for it", () =>
      n.value(`select count(*) from delivery where ${alertState(n)} and state in (1, 2)`) === "0");
  }],
  [/^console of (\w+) hears of the alert$/, (n, login) => soon(`${login} hears of it`, () =>
    n.officers[login].events.some((e) => e.kind === "alert" && e.thread === n.alert.id))],
  [/^(\d+) volunteers have: (.+)$/, async (n, count, text) => {
    await waitFor(`${count} have it`, () => have(n, text) >= Number(count), 30000);
    assert.equal(have(n, text), Number(count));
  }],
  [/^(\d+) volunteers are not woken$/, (n, count) => soon("the others wait for the morning", () =>
    n.value(`select count(*) from delivery where ${alertState(n)} and state = 1 and not_before > now()`) === count)],
  [/^nobody has it twice$/, (n) => {
    const each = new Map();
    for (const e of n.here.centre.ledger.filter((one) => one.mode === "accept" && one.to.startsWith("+9990")))
      each.set(e.to + e.text, (each.get(e.to + e.text) ?? 0) + 1);
    assert.ok(each.size > 0 && [...each.values()].every((times) => times === 1));
  }],
];

const SENTENCES = [
  ...ALERTS,
  // Who is where.
  [/^on duty: (\w+) at ([\w-]+) with a console$/, async (n, login, slug) => {
    const before = n.value("select count(*) from console_presence where has_sound");
    n.officers[login] = await officer(n.here.gateway, login, n.kobans[slug]);
    await soon("the console is known", () => n.value("select count(*) from console_presence where has_sound") > before);
    await staffed(n, slug);
    n.page_of = n.first_koban ??= slug;
  }],
  [/^on duty: (\w+) at ([\w-]+) with a phone only$/, async (n, login, slug) => {
    // By the roster: nothing else says that somebody without a console is there.
    n.here.database.rows(`insert into shift (area_id, id, koban_id, officer_id, role, starts_local, ends_local)
      select o.area_id, o.id, ${n.kobans[slug]}, o.id, o.role, (now() at time zone a.time_zone) - interval '1 hour',
        (now() at time zone a.time_zone) + interval '7 hours' from officer o join area a on a.id = o.area_id where o.login = '${login}';
      update version set value = value + 1 where name = 'roster'`);
    await staffed(n, slug);
  }],
  [/^(\w+) ends duty(?: with the note: (.+))?$/, async (n, login, note) => {
    const notes = note ? [{ thread: n.ref, text: note }] : [];
    assert.equal((await n.officers[login].call("POST", "/api/duty/end", { notes })).status, 200);
    n.officers[login].isOff = true;
  }],
  [/^(\w+)'s console is closed$/, (n, login) => n.officers[login].close()],
  // What residents do.
  [/^resident on (sms|chat): (.+)$/, (n, channel, text) => n.says(channel, text)],
  [/^another resident on (sms|chat): (.+)$/, (n, channel, text) => { n.newResident(); return n.says(channel, text); }],
  [/^resident sends a pin on (sms|chat): (-?[\d.]+) (-?[\d.]+)$/, (n, channel, latitude, longitude) =>
    n.says(channel, undefined, { location: { lat: Number(latitude), lon: Number(longitude) } })],
  // Sixty times at most: whether it ends by itself is the play's next line.
  [/^a robot on sms answers each text with: (.+)$/, async (n, text) => {
    n.newResident();
    for (let texts = -1, i = 0; i < 60; i++) {
      await n.says("sms", text);
      await quiet(n);
      const heard = (await n.heard()).length;
      if (heard === texts) return;
      texts = heard;
    }
  }],
  [/^(\d+) more texts: (.+)$/, async (n, count, text) => {
    for (let i = 0; i < Number(count); i++) assert.equal((await sms(n.here.gateway, n.address, text)).status, 200);
    await settled(n);
  }],
  [/^the provider says that the resident has opted out$/, async (n) => {
    const message = n.value(`select area_id || '-' || thread_id || '-' || id from message
      where direction = 1 and address = '${n.address}' order by id desc limit 1`);
    assert.equal((await sms(n.here.gateway, n.address, undefined, { event: "receipt", receipt: { message, status: "failed", reason: "opted_out" } })).status, 200);
    await settled(n);
  }],
  // What officers do.
  [/^(\w+) alerts ([\w-]+), approved by (\w+): (.+)$/, async (n, login, slug, other, text) => {
    const act = async (who, path, body) => {
      const answer = await n.officers[who].call("POST", `/api/alerts${path}`, body);
      assert.equal(answer.status, 200, `${who} ${path}: ${answer.text}`);
      return answer.json;
    };
    const alert = await act(login, "", { area: 1, kind: "alert", topic: 1, severity: "warning", kobans: [n.kobans[slug]],
      expires_ms: Date.now() + 86400000, texts: { ja: text } });
    const { recipients } = await act(login, `/${alert.ref}/preview`, { version: alert.version });
    const { version } = await act(login, `/${alert.ref}/submit`, { version: alert.version, audience: recipients });
    await act(other, `/${alert.ref}/approve`, { version, count: recipients });
  }],
  [/^(\w+) opens the thread$/, (n, login) => n.command(login, "open")],
  [/^(\w+) claims the thread$/, (n, login) => n.command(login, "claim")],
  [/^(\w+) replies: (.+)$/, (n, login, text) => n.command(login, "reply", { text })],
  [/^(\w+) notes: (.+)$/, (n, login, text) => n.command(login, "note", { text })],
  [/^(\w+) sets (on the way|on scene|passed on|done)$/, (n, login, status) => n.command(login, "status", { status: status.replaceAll(" ", "_") })],
  [/^(\w+) closes the thread as (\w+)$/, (n, login, disposition) => n.command(login, "close", { disposition })],
  [/^(\w+) puts it aside until tomorrow$/, (n, login) => n.command(login, "wait", { until_ms: Date.now() + 86400000 })],
  [/^tomorrow comes$/, (n) => n.value(`update timer set due_at = now() where kind = 8 and thread_id = ${n.id}`)],
  [/^(\w+) transfers it to ([\w-]+)$/, (n, login, slug) => n.command(login, "transfer", { koban: n.kobans[slug] })],
  [/^(\w+) texts: (TAKE|NO|DONE)$/, async (n, login, word) => {
    const answer = await sms(n.here.gateway, n.phone(login).address, `${word} ${n.thread("number")}`);
    assert.equal(answer.status, 200);
    await settled(n);
  }],
  [/^(\w+) texts: (ON|OFF)$/, async (n, login, word) => {
    assert.equal((await sms(n.here.gateway, n.phone(login).address, word)).status, 200);
    await settled(n);
  }],
  [/^(\w+) (looks at|uses) the link in the text$/, link],
  // What a thread is.
  [/^thread is (\w+), (normal|text only|discreet)$/, (n, intent, manner) => soon(`thread is ${intent}, ${manner}`, () =>
    n.thread("intent") === String(INTENTS.indexOf(intent)) && n.thread("manner") === String(MANNERS.indexOf(manner)))],
  [/^thread is at least unclear$/, (n) => soon("at least unclear", () => Number(n.thread("intent")) >= 3)],
  [/^thread is at least a consultation$/, (n) => soon("at least a consultation", () => Number(n.thread("intent")) >= 2)],
  [/^the alert has (\d+) answers?$/, (n, count) => soon("answers", () => n.value("select count(*) from alert_reply") === count)],
  [/^the resident's alerts are stopped$/, (n) => soon("stopped", () =>
    n.value(`select bool_and(state = 2) from subscription where address = '${n.address}'`) === "t")],
  [/^thread is claimed by (\w+)$/, (n, login) => soon(`claimed by ${login}`, () =>
    n.thread("(select login from officer where id = claimed_by)") === login)],
  [/^thread is nobody's$/, (n) => soon("nobody's", () => n.thread("claimed_by") === "0")],
  [/^there (?:is|are) (\d+) threads?$/, (n, count) => soon("threads", () =>
    n.value(`select count(*) from thread where address = '${n.address}'`) === count)],
  [/^the thread holds (\d+) texts of the resident$/, (n, count) => soon("texts", () =>
    n.value(`select count(*) from message where direction = 0 and address = '${n.address}'`) === count)],
  // What people receive.
  [/^resident receives: (.+)$/, (n, text) => n.next(n.read, n.address, () => n.heard(), text)],
  [/^resident receives nothing more$/, (n) => n.nothingMore(n.read, n.address, () => n.heard())],
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
    (await n.heard()).some((text) => n.plain(text).includes(words)))],
  [/^resident receives nothing with "(.+)"$/, async (n, words) => {
    await quiet(n);
    for (const text of await n.heard()) assert.ok(!text.includes(words), text);
  }],
  [/^phone of (\w+) receives: (.+)$/, (n, login, text) => n.next(n.paged, login, () => n.phone(login).texts(), text)],
  // Known with the next who comes on duty.
  [/^the desk ([\w-]+) has a phone$/, (n, slug) => {
    n.here.database.rows(`update koban set phone_channel_id = 2, phone_address = '${desk(n, slug)}' where slug = '${slug}';
      update version set value = value + 1 where name = 'roster'`);
  }],
  [/^phone of the desk ([\w-]+) receives: (.+)$/, (n, slug, text) =>
    n.next(n.paged, slug, () => n.here.centre.to(desk(n, slug)).map((entry) => entry.text), text)],
  [/^phone of the desk ([\w-]+) receives nothing more$/, (n, slug) =>
    n.nothingMore(n.paged, slug, () => n.here.centre.to(desk(n, slug)).map((entry) => entry.text))],
  [/^phone of (\w+) receives nothing more$/, (n, login) => n.nothingMore(n.paged, login, () => n.phone(login).texts())],
  [/^phone of (\w+) gets a text with "(.+)"$/, (n, login, words) => soon(`${login}'s phone`, () =>
    n.phone(login).texts().some((text) => text.includes(words)))],
  [/^phone of (\w+) gets nothing with "(.+)"$/, (n, login, words) => {
    for (const text of n.phone(login).texts()) assert.ok(!text.includes(words), text);
  }],
  // What rings, and what the console shows.
  [/^console of (\w+) rings$/, (n, login) => soon(`${login} rings`, () => alarms(n, login).length > 0)],
  [/^console of (\w+) rings anew$/, (n, login) => {
    const ended = () => n.officers[login].events.findLastIndex((e) => e.kind === "alarm_end" && e.thread === n.id);
    return soon(`${login} rings again`, () => n.officers[login].events.findLastIndex((e) => e.kind === "alarm" && e.thread === n.id) > ended());
  }],
  [/^console of (\w+) chimes$/, (n, login) => soon(`${login} chimes`, () =>
    n.officers[login].events.some((e) => e.kind === "chime" && e.thread === n.id))],
  [/^console of (\w+) does not chime$/, (n, login) =>
    assert.ok(!n.officers[login].events.some((e) => e.kind === "chime" && e.thread === n.id))],
  [/^console of (\w+) does not ring$/, (n, login) => assert.equal(alarms(n, login).length, 0)],
  [/^console of (\w+) asks for attention$/, (n, login) => soon("attention", () =>
    n.officers[login].events.some((e) => e.kind === "attention" && e.thread === n.id))],
  [/^console of (\w+) asks for attention (\d+) times$/, (n, login, times) => soon("attention", () =>
    n.officers[login].events.filter((e) => e.kind === "attention" && e.thread === n.id).length >= Number(times))],
  [/^console of (\w+) shows: (.+)$/, async (n, login, list) => {
    for (const word of list.match(/\s*"[^"]*"|[^,]+/g).map((one) => one.trim()).filter(Boolean))
      await soon(`${login}'s console shows ${word}`, async () => {
        const page = await n.shown(login);
        return page && says(n, page, word);
      });
  }],
  [/^console of (\w+) does not show the thread$/, async (n, login) => assert.equal(await n.shown(login), null)],
  [/^the alarm stops everywhere$/, async (n) => {
    // Whose duty is over has signed out and hears nothing more.
    for (const one of Object.values(n.officers).filter((officer) => !officer.isOff))
      await soon("the alarm ends", () => one.events.some((e) => e.kind === "alarm_end" && e.thread === n.id));
    assert.equal(n.value(`select count(*) from timer where kind = 1 and thread_id = ${n.id}`), "0");
  }],
];

function sentence_of(place, line) {
  const found = SENTENCES.map(([pattern, act]) => [line.match(pattern), act]).find(([match]) => match);
  assert.ok(found, `${place}: not a sentence of the plays: ${line}`);
  return (night) => found[1](night, ...found[0].slice(1));
}

async function play(file) {
  const lines = readFileSync(join(HERE, file), "utf8").split("\n");
  const bare = lines.map((line) => line.replace(/(^|\s)#(\s.*)?$/, "").trim());
  const pack = bare.find((line) => line.startsWith("pack "))?.slice(5) ?? "jp";
  const rung = bare.find((line) => RUNG.test(line))?.match(RUNG)[1] ?? RUNG_S;
  const night = new Night(pack, Number(rung));
  await night.begin();
  try {
    for (const [i, line] of bare.entries()) {
      if (wantsNarration && lines[i].trim()) console.log(lines[i]);
      if (line === "" || line.startsWith("pack ") || RUNG.test(line)) continue;
      const act = sentence_of(`${file}:${i + 1}`, line);
      try {
        await act(night);
      } catch (error) {
        const heard = await night.heard().catch(() => []);
        throw new Error(`${file}:${i + 1}: ${line}\n  ${error.message}\n  heard: ${heard.join(" | ")}`);
      }
    }
  } finally { await night.end(); }
}

const climbs = (file) => Number(RUNG.test(readFileSync(join(HERE, file), "utf8")));

// A play mostly waits, and has a gateway and a database of its own: some at a time, those whose
// ladder climbs first, as they take longest.
describe("nights", { concurrency: wantsNarration ? 1 : 5 }, () => {
  for (const file of readdirSync(HERE).filter((name) => name.endsWith(".night")).sort().sort((a, b) => climbs(b) - climbs(a))) {
    if (process.env.NIGHT && !process.env.NIGHT.split(",").some((wanted) => file.includes(wanted))) continue;
    test(basename(file, ".night").replace(/^\d+-/, "").replaceAll("-", " "), () => play(file));
  }
});
