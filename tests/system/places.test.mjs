// SPDX-License-Identifier: Apache-2.0
//
// Lists of places: taken whole or not at all, twice the same, changed and shortened; texts
// through the real webhooks reach the koban whose place they name, in both packs; a name of
// several is asked about; the console's card has the place with where it stands in the text.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Database, Gateway, ROOT, site, sms, waitFor } from "./harness.mjs";

const folder = mkdtempSync(join(tmpdir(), "koban-places-"));
let people = 0;

function list(name, lines) {
  const file = join(folder, name);
  writeFileSync(file, lines.join("\n") + "\n");
  return file;
}

function run(gateway, ...args) {
  const { status, stdout, stderr } = spawnSync(process.env.KOBAN_PROGRAM, [...gateway.options(), "import", ...args],
    { cwd: ROOT, encoding: "utf8", timeout: 60000 });
  return { status, stdout, stderr };
}

// Without a gateway: what the command needs.
function alone(database = new Database()) {
  const gateway = Object.assign(new Gateway(database), { port: 1, admin: 2, base: "http://127.0.0.1:1" });
  return { database, gateway };
}

async function lands(here, text, slug, { from = `+8190777${String(people++).padStart(5, "0")}` } = {}) {
  assert.equal((await sms(here.gateway, from, text)).status, 200);
  await waitFor(`${text} at ${slug}`, () => here.database.value(
    `select k.slug from thread t join koban k on k.id = t.koban_id where t.address = '${from}' order by t.id desc limit 1`) === slug);
  return from;
}

const confirmed = (here, from) => here.database.value(
  `select is_place_confirmed from thread where address = '${from}' order by id desc limit 1`) === "t";

// ---- the file

test("all wrong lines are told, and nothing is taken", () => {
  const { database, gateway } = alone();
  const file = list("wrong.csv", ["# of the ward", "name,koban,kind,lat,lon,aliases,area,ordinary", "ひばり台,sakura,town,,,,,",
    "みどり丘,nowhere,town,,,,,", "つつじ坂,,town,,,,,", "もみじ台,,town,95,139.7,,,", "はるか島,,town,24.3,124.2,,,",
    "あおい町,sakura,palace,,,,,", "7,sakura,town,,,,,", "みなみ町,sakura,town,,,,港町警察署,", "ひばり台,sakura,town,,,,,",
    "きた町,sakura,town,,,,,perhaps", "ほし町,sakura,town,,,,,,more"]);
  const { status, stderr, stdout } = run(gateway, "places", file);
  assert.equal(status, 1);
  for (const [line, what] of [[4, /nowhere/], [5, /needs a koban/], [6, /no place on earth/], [7, /30 km/], [8, /palace/],
    [9, /two letters/], [10, /花咲警察署/], [11, /line 3/], [12, /yes or no/], [13, /more fields/]])
    assert.match(stderr.split("\n").find((l) => l.startsWith(`${file}:${line}: `)) ?? "", what, `line ${line} of\n${stderr}`);
  assert.doesNotMatch(stderr, /:3: /);
  assert.match(stderr, /nothing was taken/);
  assert.equal(stdout, "");
  assert.equal(database.value("select count(*) from place where list <> 'demo'"), "0");
});

test("a list again changes nothing and says so; a changed one changes; what left it goes; others stay", () => {
  const { database, gateway } = alone();
  const version = () => database.value("select value from version where name = 'roster'");
  const head = "name\tkoban\tkind\taliases";
  const file = list("ward.tsv", [head, "ひばり台\tsakura\ttown\tひばり|Hibaridai", "みどり丘\tumeda\ttown\t"]);
  assert.match(run(gateway, "places", file).stdout, /list ward: 4 spellings added, 0 changed, 0 removed\n2 places/);
  const before = version(), audits = database.value("select count(*) from audit where action = 'place.import'");
  assert.equal(audits, "1");
  assert.match(run(gateway, "places", file).stdout, /list ward: nothing changes/);
  assert.equal(version(), before);
  assert.equal(database.value("select count(*) from audit where action = 'place.import'"), audits);
  list("ward.tsv", [head, "ひばり台\tsakura\tpark\tひばり|Hibaridai"]);
  assert.match(run(gateway, "check", file).stdout, /0 spellings added, 3 changed, 1 removed\n1 places, nothing was stored/);
  assert.equal(version(), before);
  assert.match(run(gateway, "places", file).stdout, /0 spellings added, 3 changed, 1 removed/);
  assert.equal(database.value("select string_agg(spelling, ',' order by spelling collate \"C\") from place where list = 'ward'"), "Hibaridai,ひばり,ひばり台");
  assert.ok(Number(database.value("select count(*) from place where list = 'demo'")) > 10, "the other list stays");
  assert.ok(version() > before);
  assert.match(database.value("select detail from audit where action = 'place.import' order by at desc limit 1"), /ward: 0 added, 3 changed, 1 removed/);
});

test("what may surprise is hinted at: outside, of another territory, ordinary, of several", () => {
  const { gateway } = alone();
  const file = list("odd.csv", ["name,koban,lat,lon", "丘の上,,35.75,139.70", "川の西,sakura,35.712,139.700", "公園,sakura,,", "星町,sakura,,", "\"星町\",umeda,,"]);
  const { status, stderr } = run(gateway, "places", file);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /:2: lies outside every territory; umeda is the nearest/);
  assert.match(stderr, /:3: lies in the territory of umeda/);
  assert.match(stderr, /:4: is an ordinary word/);
  assert.match(stderr, /several koban\t星町\tsakura, umeda/);
  assert.match(run(gateway, "holes").stdout, /several koban\t星町\tsakura, umeda/);
});

test("ten thousand lines are taken in one go", () => {
  const { database, gateway } = alone();
  const kana = ["あいうえおかきくけこ", "さしすせそたちつてと"]; // no letter stands twice in a row
  const name = (n) => [...String(n).padStart(5, "0")].map((c, i) => kana[i % 2][Number(c)]).join("") + "台";
  const file = list("many.csv", ["name,koban", ...Array.from({ length: 10000 }, (_, n) => `${name(n)},${n % 2 ? "sakura" : "umeda"}`)]);
  const { status, stdout, stderr } = run(gateway, "places", file);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /10000 spellings added/);
  assert.match(run(gateway, "places", file).stdout, /nothing changes/);
  assert.equal(database.value("select count(*) from place where list = 'many'"), "10000");
});

// ---- texts

test("Japan: texts reach the koban whose place they name, and an import is seen while serving", async () => {
  const here = await site();
  await lands(here, "桜町で財布を落としました", "sakura");
  await lands(here, "財布をなくしました。ﾀｺ公園のあたりです", "sakura");
  await lands(here, "花咲駅で財布を落としました", "eki-mae");
  await lands(here, "I lost my wallet near Umedacho", "umeda");
  await lands(here, "みと交差点で財布を落としました", "hanasaki-desk");
  const file = list("names.csv", ["name,koban,kind,aliases,lat,lon,ordinary", "みと交差点,hama,landmark,,,,", "緑台二丁目,,chome,,35.712,139.700,",
    "みどり,umeda,nickname,,,,yes"]);
  assert.equal(run(here.gateway, "places", file).status, 0);
  // Waits for the gateway to have read it.
  await waitFor("the list counts", async () => {
    const from = `+8190778${String(people++).padStart(5, "0")}`;
    await sms(here.gateway, from, "みと交差点で財布を落としました");
    return waitFor("a thread", () => here.database.value(`select k.slug from thread t join koban k on k.id = t.koban_id where t.address = '${from}'`))
      .then((slug) => slug === "hama");
  });
  assert.ok(confirmed(here, await lands(here, "緑台2丁目で財布を落としました", "umeda")));
  await lands(here, "財布を落としました 緑台２－５－１です", "umeda");
  await lands(here, "みどりの財布を落としました", "hanasaki-desk");
  await lands(here, "財布を盗まれました 犯人は桜町さんです", "hanasaki-desk");
  await here.end();
});

test("a name of several koban goes to the desk and is asked about; the answer takes it there", async () => {
  const here = await site();
  const from = await lands(here, "本町で財布を落としました", "hanasaki-desk");
  assert.ok(!confirmed(here, from));
  const asked = await waitFor("asked which", () => here.centre.to(from).map((e) => e.text).find((t) => t.includes("桜町交番 / 梅田交番")));
  assert.match(asked, /どちらの近く/);
  await lands(here, "梅田交番の近くです", "umeda", { from });
  assert.ok(confirmed(here, from));
  // What is known settles it next time.
  here.database.rows(`update thread set state = 3 where address = '${from}'; update contact set current_thread_id = 0, current_area_id = 0
    where id = (select max(contact_id) from thread where address = '${from}')`);
  await lands(here, "本町で鍵を落としました", "umeda", { from });
  await here.end();
});

test("words after a pin move neither the thread nor what is known of the writer", async () => {
  const here = await site(), from = `+8190777${String(people++).padStart(5, "0")}`;
  assert.equal((await sms(here.gateway, from, undefined, { location: { lat: 35.712, lon: 139.7 } })).status, 200);
  const known = () => here.database.value(`select k.slug from contact c join koban k on k.id = c.known_koban_id
    where c.id = (select max(contact_id) from thread where address = '${from}')`);
  await waitFor("the pin's koban", () => known() === "umeda");
  await lands(here, "桜町で財布を落としました", "umeda", { from });
  await waitFor("settled", () => here.database.value("select count(*) from inbox where outcome = 0") === "0");
  assert.equal(known(), "umeda");
  await here.end();
});

test("Indonesia: towns, nicknames and shorthand reach their post; a name of two is asked about", async () => {
  const here = await site({ pack: "id" });
  await lands(here, "dompet saya hilang di Kp. Anggrek RT 03 RW 05", "anggrek");
  await lands(here, "motor saya dicuri depan warung tini", "melati");
  await lands(here, "kehilangan hp di PASAR  KENANGA tadi pagi", "pasar");
  await lands(here, "dompet saya hilang di pasar", "contoh-desk");
  const from = await lands(here, "dompet saya hilang di jalan raya kenanga", "contoh-desk");
  await waitFor("asked which", () => here.centre.to(from).some((e) => /BKPM Melati \/ BKPM Pasar Kenanga/.test(e.text)));
  await here.end();
});

// ---- facts

test("the place stands in the message's facts with its name, kind, koban and span", async () => {
  const here = await site();
  const from = await lands(here, "助けて 桜町小学校の前で人が刺された 電柱42ア7", "sakura");
  const facts = JSON.parse(here.database.value(`select m.reasons from message m join thread t on t.area_id = m.area_id and t.id = m.thread_id
    where t.address = '${from}' and m.direction = 0`)).filter((r) => r.code === "fact:place");
  assert.deepEqual(facts[0], { code: "fact:place", word: "桜町小学校", start: 4, length: 5, name: "桜町小学校", kind: "school", kobans: [11] });
  assert.ok(facts.some((f) => f.word.startsWith("電柱42") && f.start === 19), JSON.stringify(facts));
  await here.end();
});
