// SPDX-License-Identifier: Apache-2.0
//
// Alerts and other services: what was sent stands in the koban's Atom feed and as a CAP 1.2
// document; another service's CAP is a draft for two officers and nothing more.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT, officer, post, site, waitFor } from "./harness.mjs";

const DAY = 24 * 60 * 60 * 1000, TOKEN = "invented-token-of-the-weather-service";
const HOSTILE = "行方不明 <script>alert(1)</script> & \"同行者\" ]]>";
let here, sato, tanaka;

before(async () => {
  here = await site({ sets: { "channel.weather.token": TOKEN } });
  here.gateway.cli("channel", "add", "weather", "cap", "hanasaki-desk");
  here.database.rows(`insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state, kobans,
      topics, language, quiet_from, quiet_to, source, consented_at)
    select 1, 2, '+8180' || lpad(n::text, 8, '0'), n, 1, n, 1, '{}', -1, 'ja', 0, 0, 'test', now() from generate_series(1, 2) n`);
  sato = await officer(here.gateway, "sato", 11);
  tanaka = await officer(here.gateway, "tanaka", 12);
});
after(async () => {
  for (const one of [sato, tanaka]) one.close();
  assert.equal(await here.end(), 0, "ends in order");
});

const act = (console, ref, action, body = {}) => console.call("POST", `/api/alerts/${ref}/${action}`, body);
async function send(body) {
  const saved = await sato.call("POST", "/api/alerts", { area: 1, kind: "alert", topic: 1, severity: "warning",
    kobans: [11], expires_ms: Date.now() + DAY, ...body });
  assert.equal(saved.status, 200, saved.text);
  return decide(saved.json.ref);
}
async function decide(ref) {
  const audience = (await act(sato, ref, "preview")).json.recipients;
  const submitted = await act(sato, ref, "submit", { audience });
  assert.equal(submitted.status, 200, submitted.text);
  assert.equal((await act(tanaka, ref, "approve", { count: audience, version: submitted.json.version })).status, 200);
  return waitFor("done", async () => {
    const row = (await sato.call("GET", `/api/alerts/${ref}`)).json;
    return row.state === "done" ? row : null;
  });
}
const get = (path) => fetch(`${here.gateway.base}${path}`);

function lint(xml, ...options) {
  const file = join(here.gateway.folder, "x.xml");
  writeFileSync(file, xml);
  return execFileSync("xmllint", ["--noout", "--nonet", ...options, file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
// The schema that OASIS publishes (CAP-v1.2.xsd) judges too where KOBAN_CAP_XSD names a copy.
const OASIS = process.env.KOBAN_CAP_XSD;
function valid(xml) {
  lint(xml, "--relaxng", join(ROOT, "tests/fixtures/cap12.rng"));
  if (OASIS) lint(xml, "--schema", OASIS);
}

test("what was sent stands in the feed, each alert as a valid CAP document", async () => {
  const draft = await sato.call("POST", "/api/alerts", { area: 1, kind: "alert", topic: 1, severity: "warning",
    kobans: [11], expires_ms: Date.now() + DAY, texts: { ja: "まだ下書き" } });
  assert.equal(draft.status, 200);
  const alert = await send({ texts: { ja: HOSTILE, en: "Missing: a woman of 80" } });
  const feed = await get("/alerts/sakura.atom");
  assert.equal(feed.status, 200);
  assert.match(feed.headers.get("content-type"), /application\/atom\+xml/);
  const text = await feed.text();
  lint(text);
  assert.ok(text.includes("&lt;script&gt;") && !text.includes("<script"), "hostile text is text");
  assert.ok(!text.includes("まだ下書き"), "no draft");
  const [, link] = text.match(/cap\+xml" href="[^"]*(\/alerts\/sakura\/[^"]+)"/);
  assert.ok(link.includes(alert.ref));
  const document = await (await get(link)).text();
  valid(document);
  assert.match(document, /<msgType>Alert<\/msgType>/);
  assert.match(document, /<language>ja<\/language>[\s\S]*<language>en<\/language>/);
  assert.ok(!document.includes("+8180"), "nobody's number");
});

test("a correction and an all clear refer to what they follow", async () => {
  const wrong = await send({ texts: { ja: "間違い" } });
  const clear = await send({ kind: "all_clear", origin: wrong.id, texts: { ja: "見つかりました" } });
  const document = await (await get(`/alerts/sakura/${clear.ref}.xml`)).text();
  valid(document);
  assert.match(document, /<msgType>Cancel<\/msgType>/);
  assert.match(document, new RegExp(`<references>koban@[^,]+,${wrong.ref},`));
});

test("an alert of another koban, or for one group, stands in no other feed", async () => {
  const other = await send({ kobans: [12], texts: { ja: "梅田だけ" } });
  assert.ok(!(await (await get("/alerts/sakura.atom")).text()).includes("梅田だけ"));
  assert.ok((await (await get("/alerts/umeda.atom")).text()).includes("梅田だけ"));
  here.database.rows(`update alert set group_id = 7 where id = ${other.id}`);
  assert.ok(!(await (await get("/alerts/umeda.atom")).text()).includes("梅田だけ"));
  assert.equal((await get("/alerts/nowhere.atom")).status, 404);
  assert.equal((await get(`/alerts/sakura/${other.ref}.xml`)).status, 404);
  assert.equal((await get("/alerts/sakura/1-x%27.xml")).status, 404);
});

const storm = (identifier, more = "") => `<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>${identifier}</identifier><sender>met@example</sender><sent>2026-11-24T02:40:00+09:00</sent>
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>${more}<info><language>ja-JP</language><category>Met</category>
<event>暴風</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
<headline>暴風警報</headline><description>外に出ないでください</description></info></alert>`;
const cap = (xml, token = TOKEN) => post(`${here.gateway.base}/in/weather`, xml,
  { "content-type": "application/cap+xml", authorization: `Bearer ${token}` });
const drafts = async () => (await sato.call("GET", "/api/alerts")).json.alerts.filter((row) => row.source === "cap");

test("another service's alert is a draft, once, told to the consoles; nothing leaves by itself", async () => {
  const before = here.centre.ledger.length;
  assert.equal((await cap(storm("s-1"), "another")).status, 401);
  assert.deepEqual((await Promise.all([cap(storm("s-1")), cap(storm("s-1")), cap(storm("s-1"))])).map((a) => a.status), [200, 200, 200]);
  const draft = await waitFor("a draft", async () => (await drafts())[0]);
  assert.equal((await drafts()).length, 1);
  assert.deepEqual([draft.state, draft.severity, draft.topic], ["draft", "danger", 5]);
  assert.equal(draft.texts.ja, "暴風警報\n外に出ないでください");
  await waitFor("consoles hear", () => sato.events.some((event) => event.kind === "alert"));
  assert.equal(here.centre.ledger.length, before);
  // Of danger the other languages are missing: an officer adds them, another approves.
  assert.equal((await act(sato, draft.ref, "submit", { audience: 2 })).status, 422);
  const saved = await sato.call("POST", `/api/alerts/${draft.ref}`, { kind: "alert", topic: 5, severity: "danger", kobans: [],
    expires_ms: Date.now() + DAY, texts: { ...draft.texts, id: "Badai. Jangan keluar.", en: "Storm. Stay inside." } });
  assert.equal(saved.status, 200, saved.text);
  await decide(draft.ref);
  assert.equal(here.centre.ledger.length, before + 2);
  await cap(storm("s-2", "<references>met@example,s-1,2026-11-24T02:40:00+09:00</references>").replace(">Alert<", ">Cancel<"));
  const follow = await waitFor("a second draft", async () => (await drafts()).find((row) => row.state === "draft"));
  assert.deepEqual([follow.kind, follow.origin], ["all_clear", draft.ref]);
});

test("what is no CAP is kept for a person, what is too large is refused", async () => {
  assert.equal((await cap("<!DOCTYPE a [<!ENTITY b 'c'>]><alert>&b;</alert>")).status, 200);
  await waitFor("quarantine", () => here.database.value("select count(*) from quarantine") === "1");
  assert.equal((await cap(storm("x".repeat(300 * 1024)))).status, 413);
  assert.match(here.gateway.cli("accounts"), /"difference": ?0/);
});
