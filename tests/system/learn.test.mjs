// SPDX-License-Identifier: Apache-2.0
//
// What officers say triage got wrong: kept without words, and nothing else happens to the thread.
// A model is trained with it, serves when it is no worse, and goes again when somebody says so.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { officer, ROOT, site, sms, waitFor } from "./harness.mjs";

const SAKURA = 11;
let here;
before(async () => { here = await site(); });
after(async () => { assert.equal(await here.end(), 0, "ends in order"); });

// The program with the site's settings.
function koban(args, input = "") {
  return spawnSync(here.gateway.program, [...here.gateway.options(), ...args], { cwd: ROOT, input, encoding: "utf8" });
}

async function thread(from, text) {
  assert.equal((await sms(here.gateway, from, text)).status, 200);
  return waitFor("its thread", () => here.database.value(
    `select area_id || '-' || id from thread where address = '${from}' order by id desc limit 1`));
}

test("a correction keeps what the model said and which, and changes nothing", async () => {
  const ref = await thread("+819050000001", "昨日の夜、桜町公園で自転車の鍵をなくしました。届いていませんか");
  const sato = await officer(here.gateway, "sato", SAKURA);
  const page = (await sato.call("GET", `/api/threads/${ref}`)).json;
  assert.deepEqual(page.corrections, []);
  const message = page.messages.find((one) => one.direction === "inbound");
  const said = message.reasons.find((reason) => reason.code === "model");
  assert.match(said.version, /^[0-9a-f]{12}$/);
  assert.equal(said.intent, "consultation");
  assert.equal(JSON.parse(koban(["classify"], "test\n").stdout).model, said.version);

  const correct = (body) => sato.call("POST", `/api/threads/${ref}/correct`, body);
  const done = await correct({ message: message.id, intent: "emergency" });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(done.json.corrections.map(({ said: was, intent, state }) => [was, intent, state]),
    [["consultation", "emergency", "counts"]]);
  const after = (await sato.call("GET", `/api/threads/${ref}`)).json;
  assert.equal(after.thread.intent, page.thread.intent);
  assert.equal(after.thread.version, page.thread.version);
  assert.deepEqual(after.corrections, done.json.corrections);
  assert.equal(here.database.value(`select model from correction where message_id = ${message.id}`), said.version);

  assert.equal((await correct({ message: message.id, intent: "unclear" })).status, 422);
  assert.equal((await correct({ message: message.id, intent: "nonsense" })).status, 422);
  assert.equal((await correct({ intent: "other" })).status, 422);
  assert.deepEqual((await correct({ message: message.id, intent: "" })).json.corrections, []);
  sato.close();
});

// ---- training

const pleas = ["help he has a knife and he is trying to kill me", "my house is on fire and the kids are inside",
  "someone is breaking into my house right now im hiding", "my dad collapsed and is not breathing",
  "a man is drowning in the river right now", "he is beating me please send police now"];
const questions = ["where is the nearest lost and found office", "how do i renew my licence", "my neighbour plays loud music on fridays",
  "lol see you tomorrow at the game", "what time does the police box open", "can you patrol the park in the evening"];
const japanese = [["emergency", "助けて 包丁で刺された 血がとまらない"], ["emergency", "家が燃えています 中に子どもがいます"],
  ["consultation", "財布を落としました 届いていますか"], ["other", "おはよう 今日もいい天気だね"]];
const asked = "she asked me to text you that her cake is ready, she said you would know what it means";

// A site whose model is small and its own: a part of the corpus, its own frozen lines.
function smallModel(folder) {
  const line = (situation, intent, text) => [situation, intent, "other", intent === "emergency" ? 3 : 0, text].join("\t");
  for (const tag of ["en", "ja"]) {
    mkdirSync(join(folder, "corpus", tag), { recursive: true });
    mkdirSync(join(folder, "frozen", tag), { recursive: true });
    cpSync(join(ROOT, `handlers/triage/corpus/${tag}/a.tsv`), join(folder, "corpus", tag, "a.tsv"));
  }
  writeFileSync(join(folder, "frozen", "en", "a.tsv"), [...pleas.map((text) => line("plea", "emergency", text)),
    ...questions.map((text) => line("question", "consultation", text))].join("\n"));
  writeFileSync(join(folder, "frozen", "ja", "a.tsv"), japanese.map(([intent, text]) => line("any", intent, text)).join("\n"));
  const sets = { model: join(folder, "model.bin"), site_model: join(folder, "site.bin") };
  execFileSync(here.gateway.program, ["--set", `model=${sets.model}`, "train"], { cwd: ROOT });
  return sets;
}

test("a site learns from its officers, refuses poison, and goes back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "koban learn "));
  const sets = smallModel(folder);
  const shipped = readFileSync(sets.model);
  const train = (...args) => koban(["train", ...args]);
  const classify = (text) => JSON.parse(koban(["classify"], `${text}\n`).stdout);
  const restart = async () => {
    assert.equal(await here.gateway.kill("SIGTERM"), 0);
    await here.gateway.start();
    return Object.keys(await here.gateway.metrics()).find((name) => name.startsWith("koban_model_info"));
  };
  const without = train("--with-corrections");
  assert.equal(without.status, 2, without.stderr);
  assert.match(without.stderr, /site_model is not set/);
  Object.assign(here.gateway.sets, sets);
  try {
    assert.match(await restart(), /origin="shipped"/);
    const nothing = train("--with-corrections");
    assert.equal(nothing.status, 0, nothing.stderr);
    assert.match(nothing.stdout, /^0 corrections/);
    assert.ok(!existsSync(sets.site_model));

    // What nobody said alarms, and an officer knows better.
    const sato = await officer(here.gateway, "sato", SAKURA);
    const correct = async (console, from, text, intent) => {
      const ref = await thread(from, text);
      here.database.rows(`insert into thread_access (area_id, thread_id, koban_id, reason)
        select area_id, id, ${SAKURA}, 'test' from thread where address = '${from}' on conflict do nothing`);
      const page = (await console.call("GET", `/api/threads/${ref}`)).json;
      const message = page.messages.find((one) => one.direction === "inbound");
      const done = await console.call("POST", `/api/threads/${ref}/correct`, { message: message.id, intent });
      assert.equal(done.status, 200, done.text);
      return { ref, message: message.id, ...done.json.corrections.at(-1) };
    };
    const before = classify(asked);
    await correct(sato, "+819050000010", asked, "emergency");
    const learnt = train("--with-corrections");
    assert.equal(learnt.status, 0, learnt.stdout + learnt.stderr);
    assert.match(learnt.stdout, /^1 corrections/);
    assert.match(learnt.stdout, /\naccepted\n/);
    const after = classify(asked);
    assert.ok(after.emergency_probability > before.emergency_probability + 0.1, `${before.emergency_probability} ${after.emergency_probability}`);
    assert.notEqual(after.model, before.model);
    assert.deepEqual(readFileSync(sets.model), shipped, "the model that ships is as it was");
    assert.equal(await restart(), `koban_model_info{version="${after.model}",origin="site"}`);

    // An officer calls every plea chatter: it waits, and teaches nothing.
    const ends = ["at the harbour", "please come", "hurry up"];
    const lies = [];
    for (const [i, text] of pleas.flatMap((plea) => ends.map((end) => `${plea} ${end}`)).entries())
      lies.push(await correct(sato, `+8190500001${String(i).padStart(2, "0")}`, text, "other"));
    assert.ok(lies.filter((lie) => lie.state === "waiting").length >= 15, JSON.stringify(lies));
    // Even with a supervisor who agrees to everything: the frozen set does not.
    const boss = await officer(here.gateway, "ito");
    for (const lie of lies) {
      const done = await boss.call("POST", `/api/threads/${lie.ref}/correct/review`,
        { message: lie.message, officer: lie.officer.id, right: true });
      assert.equal(done.status, 200, done.text);
    }
    const site = readFileSync(sets.site_model);
    const poisoned = train("--with-corrections");
    assert.equal(poisoned.status, 3, poisoned.stdout + poisoned.stderr);
    assert.match(poisoned.stdout, /\nen .* finds fewer emergencies\n/);
    assert.match(poisoned.stdout, /\nrefused\n/);
    assert.deepEqual(readFileSync(sets.site_model), site, "the model that serves is as it was");
    assert.match(koban(["correction", "list"]).stdout, /sato/);

    // A newer program brings another model: the site's is left aside, and told.
    const other = koban(["--set", "model=handlers/triage/model.bin", "classify"], "test\n");
    assert.match(other.stderr, /site\.bin: made for another version/);
    assert.notEqual(JSON.parse(other.stdout).model, after.model);

    const back = train("--rollback");
    assert.equal(back.status, 0, back.stderr);
    assert.match(back.stdout, /the model that ships serves/);
    assert.equal(await restart(), `koban_model_info{version="${before.model}",origin="shipped"}`);
    assert.equal(train("--rollback").status, 1);
    sato.close();
    boss.close();
  } finally { rmSync(folder, { recursive: true }); }
});
