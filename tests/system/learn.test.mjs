// SPDX-License-Identifier: Apache-2.0
//
// What officers say triage got wrong: kept without words, for whom it may concern, and nothing
// else happens.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
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
