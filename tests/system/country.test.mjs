// SPDX-License-Identifier: Apache-2.0
//
// A country and a language that nobody compiled: two files copied and edited in a folder of their
// own, as docs/adapting.md says, and the same program serves them. And every hole in them is
// told with its file and line before anybody is served.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { chat, officer, ROOT, site, sms, waitFor } from "./harness.mjs";

const PROGRAM = resolve(ROOT, process.env.KOBAN_PROGRAM ?? "build/koban");
const SAKURA = 11;
const folder = mkdtempSync(join(tmpdir(), "koban country "));
const languages = join(folder, "language"), pack = join(folder, "atoll.json");
const read = (file) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
after(() => rmSync(folder, { recursive: true }));

// Tagalog, as far as this test reads it; the rest is still the English it was copied from.
function tagalog() {
  const file = read("handlers/language/en.json");
  const say = (id, normal, text_only) => Object.assign(file.sentences[id], { normal }, text_only ? { text_only } : {});
  Object.assign(file, { language: "tl", name: "Tagalog", draft: true, self: ["tl", "tagalog"],
    call_words: ["tumawag", "tawag", "tawagan"], yes: ["1", "oo", "opo"], no: ["2", "hindi"],
    pleas: ["saklolo", "tulong", "tulungan ninyo ako"],
    keywords: { stop: ["itigil"], start: ["simulan"], join: ["sumali"], move: ["lumipat"], info: ["impormasyon"],
      status: ["katayuan"], lang: ["wika"], list: ["listahan"], area: ["lugar"], topic: ["paksa"], quiet: ["tahimik"],
      pause: ["pahinga"], on: ["on"], off: ["off"], take: ["take"], no: ["no"] },
    classes: { violence: ["sinasaktan", "binubugbog"], family: ["asawa"] },
    rules: [{ code: "violence_now", any: ["sinasaktan ako", "binubugbog"], intent: "emergency", category: "assault", urgency: 3 }] });
  say("emergency_first", "TUMAWAG sa {number} NGAYON kung kaya mo. Dumating ang text mo. Sabihin kung NASAAN ka.",
    "Dumating ang text mo. Pumunta sa ligtas na lugar at sabihin kung NASAAN ka.");
  say("not_opened", "{koban}: Wala pang nagbubukas ng text mo. Kung kaya mo, tumawag sa {number}.", "{koban}: Wala pang nagbubukas ng text mo.");
  say("not_opened_second", "{koban}: Wala pa rin. Kung kaya mo, tumawag sa {number}.", "{koban}: Wala pa rin.");
  say("opened", "{koban}: Binabasa na ng pulis ang text mo. Nasaan ka?");
  say("help_alone", "TUMAWAG sa {number} kung kaya mo. May nasa panganib ba ngayon? 1 oo, 2 hindi.", "May nasa panganib ba ngayon? 1 oo, 2 hindi.");
  say("receipt_staffed", "{koban}: Natanggap, numero {case}. Sasagot ang pulis sa loob ng {minutes} minuto.");
  return file;
}

// An atoll with two numbers and a quick ladder.
function atoll() {
  const file = read("deploy/country/jp.json");
  const both = (tl, en) => ({ tl, en });
  Object.assign(file, { country: "atoll", languages: ["tl", "en"], consultation_number: "",
    names: { country: both("Atol", "Atoll"), box: both("Kubo", "Hut"), officer: both("pulis", "officer"),
      supervisor: both("hepe", "chief"), volunteer: both("boluntaryo", "volunteer") },
    numbers: { police: "77", rescue: "55" },
    number_by_category: { assault: ["police"], domestic_violence: ["police"], fire: ["rescue"] },
    ladder_s: [1, 1, 1, 1, 2], told_s: [2, 4], receipt_minutes: 42,
    numbering: { country_code: "999", trunk_prefix: "", international_prefix: "00" },
    place_words: { before_name: ["barangay"], before_number: ["purok"], after_name: [], after_number: [], before_person: ["aling"], after_person: [] } });
  for (const topic of file.topics) topic.names = both(topic.names.en, topic.names.en);
  return file;
}

function write({ language = tagalog(), country = atoll() } = {}) {
  cpSync(join(ROOT, "handlers/language"), languages, { recursive: true });
  writeFileSync(join(languages, "tl.json"), JSON.stringify(language, null, 2));
  writeFileSync(pack, JSON.stringify(country, null, 2));
}
const settings = ["--set", `languages=${languages}`, "--set", `country_pack=${pack}`];
const check = () => spawnSync(PROGRAM, [...settings, "check-config"], { cwd: ROOT, encoding: "utf8" });

test("a copied pack and a copied language pass the check", () => {
  write();
  const { status, stderr, stdout } = check();
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.match(stdout, /are good/);
});

test("every hole is told at once, with file and line", () => {
  const language = tagalog(), country = atoll();
  delete language.sentences.language_hint;
  language.keywords.info = ["tulong"];
  language.yes.push("hindi");
  country.languages.push("mh");
  for (const names of [...Object.values(country.names), ...country.topics.map((topic) => topic.names)]) names.mh = "x";
  country.numbers.rescue = "5555555555555555555555555555";
  write({ language, country });
  const { status, stderr } = check();
  assert.equal(status, 1);
  const told = (file, key, wrong) => assert.ok(stderr.split("\n").some((line) =>
    line.startsWith(`${file}:`) && /^\d+: /.test(line.slice(file.length + 1)) && line.includes(`: ${key}: `) && line.includes(wrong)),
  `${key} ${wrong} in\n${stderr}`);
  const tl = join(languages, "tl.json");
  told(tl, "sentences.language_hint", "is missing; ");
  told(tl, "keywords.info.0", "\"tulong\" is also of pleas");
  told(tl, "no.1", "\"hindi\" is also of yes");
  told(tl, "sentences.receipt_unstaffed.normal", "SMS parts");
  told(pack, "languages.2", "\"mh\" has no language file");
  // A mistake inside a file hides neither the other file's nor the other mistakes of its own.
  delete country.topics[0].names.tl;
  Object.assign(country, { ladder_s: [1, 1, 1, 1, 7000], surge: 3 });
  country.retention_days.bodies = 3;
  country.number_by_category.fire = ["brigade"];
  language.sentences.opened.normal = "{wer} x";
  write({ language, country });
  const again = check().stderr;
  for (const wrong of [/topics\.0\.names: has no name in "tl"/, /ladder_s\.4: must be/, /: surge: is not a known key/,
    /retention_days\.bodies: is not a known key/, /fire\.0: is not a group/, /tl\.json:\d+: sentences\.opened\.normal: \{wer\}/])
    assert.match(again, wrong);
});

test("each language we do not speak has the ten phrases, marked as drafts", async () => {
  const { vi, zh, ko, ne, my, th, tl, pt, hi, ar } = read("handlers/language/phrases.json");
  const ids = read("handlers/language/en.json").phrases.map((one) => one.id).sort();
  assert.equal(ids.length, 10);
  for (const one of [vi, zh, ko, ne, my, th, tl, pt, hi, ar]) {
    assert.deepEqual(one.phrases.map(({ id }) => id).sort(), ids, one.name);
    assert.equal(one.draft, true, one.name);
    assert.equal(new Set(one.phrases.map(({ text }) => text)).size, 10, one.name);
  }
  assert.deepEqual(Object.keys(read("handlers/language/phrases.json")), Object.keys(read("handlers/language/danger.json")));
});

test("the words of the new language raise, without a new model", () => {
  write();
  const classify = (text) => JSON.parse(execFileSync(PROGRAM, [...settings, "classify"], { cwd: ROOT, input: `${text}\n`, encoding: "utf8" }));
  const plea = classify("sinasaktan ako ng asawa ko dito sa bahay namin");
  assert.equal(plea.intent, "emergency");
  assert.equal(plea.language, "tl");
  assert.equal(plea.language_guess, undefined, "no guess: we speak it");
  assert.ok(plea.reasons.some((reason) => reason.code === "rule:violence_now"), JSON.stringify(plea));
  assert.equal(classify("saklolo").language, "tl");
  // The model was never trained in it, and is no judge: a person reads what the words do not raise.
  assert.equal(classify("ang pitaka ko ay nawala kahapon sa palengke").intent, "unclear");
  assert.equal(classify("nasusunog ang bahay ng kapitbahay namin").intent, "emergency");
  assert.equal(classify("itigil").intent, "command");
});

// Lines enough to judge by; what is asked below is none of them.
function corpus() {
  const ends = ["", "ngayon", "bilisan ninyo", "pakiusap", "po", "kasama ang mga bata", "kagabi pa", "opo", "salamat"];
  const kinds = [
    ["attack_now", "emergency", "assault", 3, ["may lalaking may kutsilyo", "nasusunog ang bahay", "sinasakal niya ang kapitbahay",
      "dumudugo ang ulo ng bata", "hindi na humihinga ang tatay ko"], ["sa kanto", "sa palengke", "sa tabi namin", "dito sa amin", "sa ilog"]],
    ["lost_item", "consultation", "lost_and_found", 0, ["nawala ang pitaka ko", "saan kukuha ng permiso", "maingay ang kapitbahay",
      "anong oras bukas ang kubo", "may nakaparadang kotse"], ["kahapon", "sa palengke", "sa kanto", "noong Lunes", "tuwing gabi"]],
    ["chatter", "other", "other", 0, ["magandang umaga", "ang ganda ng panahon", "kumain ka na ba", "nanalo ang koponan", "bili na kayo"],
      ["mga kaibigan", "sa lahat", "haha", "mahal kita", "sa Linggo"]]];
  return kinds.flatMap(([situation, intent, category, urgency, heads, middles]) => heads.flatMap((head, h) => middles.flatMap((middle) =>
    ends.map((end) => [`${situation}_${h}`, intent, category, urgency, `${head} ${middle} ${end}`.trim()].join("\t"))))).join("\n");
}

test("a corpus file of the new language makes the model a judge of it", () => {
  write();
  const lines = join(folder, "corpus"), model = join(folder, "model.bin");
  mkdirSync(join(lines, "tl"), { recursive: true });
  mkdirSync(join(lines, "en"), { recursive: true });
  writeFileSync(join(lines, "tl", "a.tsv"), corpus());
  cpSync(join(ROOT, "handlers/triage/corpus/en/a.tsv"), join(lines, "en", "a.tsv"));
  const report = execFileSync(PROGRAM, [...settings, "train", lines, model], { cwd: ROOT, encoding: "utf8" });
  assert.match(report, /^tl: 675 lines, threshold/m);
  const judge = (text, ...more) => JSON.parse(execFileSync(PROGRAM, [...settings, ...more, "classify"],
    { cwd: ROOT, input: `${text}\n`, encoding: "utf8" }));
  const trained = ["--set", `model=${model}`];
  for (const [text, intent] of [["may lalaking may kutsilyo malapit sa bahay ng lola", "emergency"],
    ["nawala ang pitaka ko sa simbahan", "consultation"], ["magandang umaga sa inyong lahat", "other"]]) {
    const said = judge(text, ...trained);
    assert.deepEqual([said.intent, said.language], [intent, "tl"], JSON.stringify(said));
  }
  // The model that ships has not learnt it: a person reads.
  assert.equal(judge("nawala ang pitaka ko sa simbahan").intent, "unclear");
  // With too few lines neither has this one.
  writeFileSync(join(lines, "tl", "a.tsv"), corpus().split("\n").filter((_, i) => i % 2 === 0).join("\n"));
  assert.match(execFileSync(PROGRAM, [...settings, "train", lines, model], { cwd: ROOT, encoding: "utf8" }), /^tl: 338 lines, too few/m);
  assert.equal(judge("magandang umaga sa inyong lahat", ...trained).intent, "unclear");
});

test("a real gateway answers in it, with that country's numbers and times", async () => {
  write();
  const here = await site({ sets: { languages, country_pack: pack, rung_ms: 0 },
    before: (database) => database.rows("update officer set language = 'xx' where login = 'sato'") });
  const texts = (address) => here.centre.to(address);
  try {
    const address = "+99912345678";
    assert.equal((await sms(here.gateway, address, "sinasaktan ako ng asawa ko dito sa bahay namin")).status, 200);
    await waitFor("the first answer", () => texts(address).length >= 1);
    assert.equal(texts(address)[0].text, "TUMAWAG sa 77 NGAYON kung kaya mo. Dumating ang text mo. Sabihin kung NASAAN ka.");
    await waitFor("told twice that nobody has opened it", () => texts(address).length >= 3);
    const [first, second, third] = texts(address);
    assert.match(second.text, /Wala pang nagbubukas ng text mo\. Kung kaya mo, tumawag sa 77\.$/);
    assert.match(third.text, /Wala pa rin/);
    // The pack says 2 and 4 s; before is never, later is a busy machine.
    assert.ok(second.at - first.at >= 1000 && third.at - first.at >= 3000, `${second.at - first.at} ${third.at - first.at}`);

    // An officer whose language the program has no words for, and a page that says it speaks one.
    const sato = await officer(here.gateway, "sato", SAKURA);
    const boot = await sato.call("GET", "/api/boot");
    assert.equal(boot.status, 200, boot.text);
    const country = (await sato.call("GET", "/api/country")).json;
    assert.deepEqual(country.languages, ["tl", "en"]);
    assert.equal(country.country, "atoll");
    const page = await chat(here.gateway, "sakura");
    assert.equal((await page.say("ang pitaka ko ay nawala kahapon", { lang: "tlh" })).status, 200);
    const answer = await waitFor("an answer", async () =>
      (await page.messages()).messages.find((message) => message.direction === "outbound"));
    assert.doesNotMatch(answer.body, /110|119/);
    assert.equal((await fetch(`${here.gateway.base}/chat/sakura?lang=tlh`)).status, 200);
    sato.close();
  } finally { assert.equal(await here.end(), 0); }
});
