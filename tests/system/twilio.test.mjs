// SPDX-License-Identifier: Apache-2.0
//
// Twilio with the vendor's own SDK as signer of what comes in and as second author of what
// goes out, and its OpenAPI description as judge of our requests.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { Database, Gateway, ROOT, SECRET, officer, post, waitFor } from "./harness.mjs";

const require = createRequire(join(ROOT, "tests", "package.json"));
const twilio = require("twilio");
const { getExpectedTwilioSignature } = require("twilio/lib/webhooks/webhooks.js");
const SPECS = resolve(process.env.KOBAN_SHARED ?? join(ROOT, "../shared"), "specs/twilio");
const skip = existsSync(SPECS) ? false : "the vendor's description is not here";
const ACCOUNT = "AC0123456789abcdef0123456789abcdef";
const OURS = "+815012345678";
const sid = (kind = "SM") => kind + randomBytes(16).toString("hex");

let database, gateway, api, calls = [], people = 0;
const accept = () => ({ status: 201, body: { sid: sid(), status: "queued", num_segments: "1", error_code: null } });
let answer = accept;
// What one person's texts meet; those to everybody else go on as ever.
const meets = (who, result) => (answer = (form) => (form.get("To") === who ? result() : accept()));

before(async () => {
  database = new Database();
  api = http.createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => (text += piece));
    request.on("end", () => {
      const form = new URLSearchParams(text);
      const result = answer(form);
      calls.push({ path: request.url, headers: request.headers, text, form, result });
      if (result === "hang-up") { request.socket.destroy(); return; }
      response.writeHead(result.status, { "content-type": "application/json", ...result.headers });
      response.end(JSON.stringify(result.body));
    });
  });
  await new Promise((done) => api.listen(0, "127.0.0.1", done));
  gateway = await new Gateway(database,
    { sets: { "channel.twilio-demo.base_url": `http://127.0.0.1:${api.address().port}` } }).start();
});
after(async () => {
  assert.equal(await gateway.stop(), 0);
  api.closeAllConnections();
  api.close();
});

const person = () => `+8190555500${String(people++).padStart(2, "0")}`;
const to = (address) => calls.filter((call) => call.form.get("To") === address);

function postForm(url, params, { token = SECRET, signedUrl = url } = {}) {
  const signature = getExpectedTwilioSignature(token, signedUrl, params);
  assert.ok(twilio.validateRequest(token, signature, signedUrl, params), "the vendor's SDK agrees with itself");
  return post(url, new URLSearchParams(params).toString(),
    { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature });
}

const inbound = (from, body, more = {}) => {
  const id = sid();
  return { ToCountry: "JP", MessageSid: id, SmsMessageSid: id, SmsSid: id, SmsStatus: "received", NumMedia: "0",
    NumSegments: "1", Body: body, From: from, To: OURS, FromCountry: "JP", AccountSid: ACCOUNT, ApiVersion: "2010-04-01", ...more };
};
const settled = () => waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0");
async function says(from, body, more) {
  const result = await postForm(`${gateway.base}/in/twilio-demo`, inbound(from, body, more));
  assert.equal(result.status, 200, result.text);
  await settled();
}
// What Twilio tells later, where the request asked it to.
async function tells(call, status, more = {}) {
  const id = call.result.body?.sid ?? sid();
  const result = await postForm(call.form.get("StatusCallback"), { AccountSid: ACCOUNT, From: OURS, To: call.form.get("To"),
    MessageSid: id, SmsSid: id, MessageStatus: status, SmsStatus: status, ApiVersion: "2010-04-01", ...more });
  assert.equal(result.status, 200);
  await settled();
}
const thread = (address, field) => database.value(`select ${field} from thread where address = '${address}' order by id desc limit 1`);
const outbound = (address, field = "state") => database.rows(
  `select ${field} from message where direction = 1 and address = '${address}' order by id`).map(([value]) => value);
const isOptedOut = (address) => database.value(`select is_opted_out from address where address = '${address}'`) === "t";
// Pages to officers' phones go by another channel, where nobody listens here.
const idle = () => waitFor("nothing is on its way", () => database.value(`select count(*) from outbox
  where state in (1, 2) and channel_id = (select id from channel where name = 'twilio-demo')`) === "0");

// Validates a form against the description: numbers are written as text, nothing unknown.
function judged(call) {
  const Ajv = require("ajv/dist/2020");
  const spec = JSON.parse(readFileSync(join(SPECS, "twilio_api_v2010.json"), "utf8"));
  const [path, item] = Object.entries(spec.paths).find(([p]) => p === "/2010-04-01/Accounts/{AccountSid}/Messages.json");
  const { schema } = item.post.requestBody.content["application/x-www-form-urlencoded"];
  const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: true });
  const rebase = (value) => JSON.parse(JSON.stringify(value).replaceAll("#/components", "spec#/components"));
  ajv.addSchema({ $id: "spec", components: rebase(spec.components) });
  const check = ajv.compile({ ...rebase(schema), additionalProperties: false });
  assert.equal(new Set(call.form.keys()).size, [...call.form.keys()].length, "no parameter twice");
  assert.ok(check(Object.fromEntries(call.form)), JSON.stringify(check.errors));
  const account = item.post.parameters?.find((p) => p.name === "AccountSid") ?? item.parameters.find((p) => p.name === "AccountSid");
  assert.match(decodeURIComponent(call.path.split("/")[3]), new RegExp(account.schema.pattern));
  assert.equal(path.replace("{AccountSid}", ACCOUNT), call.path);
}

// The same message as the vendor's client would have asked for it.
async function asTheVendorsClient(call) {
  let seen;
  const httpClient = { request: (options) => { seen = options; return Promise.resolve({ statusCode: 201, body: call.result.body }); } };
  const client = twilio(ACCOUNT, SECRET, { httpClient });
  const f = (name) => call.form.get(name) ?? undefined;
  const message = await client.messages.create({ to: f("To"), from: f("From"), body: f("Body"),
    statusCallback: f("StatusCallback"), validityPeriod: f("ValidityPeriod") === undefined ? undefined : Number(f("ValidityPeriod")) });
  assert.equal(message.sid, call.result.body.sid);
  assert.equal(new URL(seen.uri).pathname, call.path);
  assert.equal(seen.method.toLowerCase(), "post");
  assert.equal(call.headers.authorization, `Basic ${Buffer.from(`${seen.username}:${seen.password}`).toString("base64")}`);
  const theirs = Object.fromEntries(Object.entries(seen.data).filter(([, v]) => v !== undefined).map(([k, v]) => [k, String(v)]));
  assert.deepEqual(Object.fromEntries(call.form), theirs);
}

test("an emergency is answered: one request, as description and SDK have it, with a life", { skip }, async () => {
  const who = person();
  await says(who, "助けて 刺された 😱 & 100%");
  const [call] = await waitFor("first answer", () => to(who).length > 0 && to(who));
  judged(call);
  await asTheVendorsClient(call);
  const life = Number(call.form.get("ValidityPeriod"));
  assert.ok(life >= 1 && life <= 120, `a first answer lives two minutes, not ${life} s`);
  assert.equal(thread(who, "intent"), "4");
  assert.equal(database.value(`select body from message where direction = 0 and address = '${who}'`), "助けて 刺された 😱 & 100%");
});

test("what Twilio hears is TwiML that says nothing; a copy of the event is one message", async () => {
  const params = inbound(person(), "道を教えて");
  for (let i = 0; i < 3; i++) {
    const result = await postForm(`${gateway.base}/in/twilio-demo`, params);
    assert.equal(result.status, 200);
    assert.match(result.headers["content-type"], /^text\/xml/);
    assert.equal(result.text, '<?xml version="1.0" encoding="UTF-8"?><Response/>');
  }
  await settled();
  assert.equal(database.value(`select count(*) from message where direction = 0 and address = '${params.From}'`), "1");
});

test("an address with or without its port is ours; another address, another token are not", async () => {
  const url = `${gateway.base}/in/twilio-demo`, send = (options) => postForm(url, inbound(person(), "x"), options);
  assert.equal((await send({})).status, 200);
  assert.equal((await send({ signedUrl: url.replace(/:\d+/, "") })).status, 200);
  assert.equal((await send({ signedUrl: url.replace(/:\d+/, ":1") })).status, 401);
  assert.equal((await send({ signedUrl: url.replace("twilio-demo", "other") })).status, 401);
  assert.equal((await send({ token: "somebody's" })).status, 401);
});

test("both tokens verify during a rotation; the newer one authorises", async () => {
  const newer = "a-newer-token-of-thirty-two-characters", url = `${gateway.base}/in/twilio-demo`, who = person();
  execFileSync(gateway.program, [...gateway.options(), "channel", "secret", "twilio-demo", "auth_token"],
    { cwd: ROOT, input: `${newer}\n`, stdio: ["pipe", "ignore", "ignore"] });
  await waitFor("the newer token", async () => (await postForm(url, inbound(person(), "x"), { token: newer })).status === 200);
  await says(who, "財布を落としました 桜町公園");
  const [call] = await waitFor("answer", () => to(who).length > 0 && to(who));
  assert.equal(call.headers.authorization, `Basic ${Buffer.from(`${ACCOUNT}:${newer}`).toString("base64")}`);
});

test("a call or a picture leaves its message; words beside a picture are judged as words", async () => {
  const who = person(), caller = person();
  await says(who, "助けて 殴られた", { NumMedia: "1", MediaUrl0: "https://api.twilio.com/x", MediaContentType0: "image/jpeg" });
  assert.equal(thread(who, "intent"), "4");
  assert.deepEqual(database.rows(`select kind from message where direction = 0 and address = '${who}' order by id`).flat(), ["0", "3"]);
  const result = await postForm(`${gateway.base}/in/twilio-demo`, { AccountSid: ACCOUNT, CallSid: sid("CA"), CallStatus: "ringing",
    Direction: "inbound", From: caller, To: OURS, ApiVersion: "2010-04-01" });
  assert.equal(result.status, 200);
  await settled();
  assert.equal(database.value(`select kind from message where direction = 0 and address = '${caller}'`), "7");
});

test("statuses move the message; late ones and unknown ones do no harm", async () => {
  const who = person();
  await says(who, "財布を落としました 桜町公園");
  const [call] = await waitFor("answer", () => to(who).length > 0 && to(who));
  await waitFor("sent", () => outbound(who)[0] === "3");
  await tells(call, "delivered");
  assert.equal(outbound(who)[0], "4");
  await tells(call, "sent");
  await tells(call, "someday");
  assert.equal(outbound(who)[0], "4");
});

test("an answer that is lost is unknown, never sent again, and known by the status that comes", async () => {
  const who = person();
  meets(who, () => "hang-up");
  await says(who, "財布を落としました 桜町公園");
  await waitFor("unknown", () => outbound(who)[0] === "7");
  answer = accept;
  assert.equal(to(who).length, 1);
  await tells(to(who)[0], "delivered");
  assert.equal(outbound(who)[0], "4");
  assert.equal(to(who).length, 1);
});

test("a text whose validity ended at Twilio is expired, not failed", async () => {
  const who = person();
  await says(who, "財布を落としました 桜町公園");
  const [call] = await waitFor("answer", () => to(who).length > 0 && to(who));
  await waitFor("sent", () => outbound(who)[0] === "3");
  await tells(call, "failed", { ErrorCode: "30036" });
  assert.deepEqual(outbound(who, "state || state_reason"), ["830036"]);
});

test("429 waits as long as it says and goes again", async () => {
  const who = person();
  let isFirst = true;
  meets(who, () => {
    if (!isFirst) return accept();
    isFirst = false;
    return { status: 429, headers: { "retry-after": "1" }, body: { code: 20429, message: "Too Many Requests", status: 429 } };
  });
  const started = Date.now();
  await says(who, "財布を落としました 桜町公園");
  await waitFor("sent", () => outbound(who)[0] === "3");
  assert.equal(to(who).length, 2);
  assert.ok(Date.now() - started >= 950);
});

test("refused until START: the officer is told to call, and START is answered by one of us", async () => {
  const who = person(), ito = await officer(gateway, "ito", 10);
  meets(who, () => ({ status: 400, body: { code: 21610, message: "Attempt to send to unsubscribed recipient", status: 400 } }));
  await says(who, "財布を落としました 桜町公園");
  await waitFor("failed", () => outbound(who, "state || state_reason")[0] === "6opted_out");
  answer = accept;
  assert.ok(isOptedOut(who));
  const ref = thread(who, "area_id || '-' || id");
  const refused = await ito.command(ref, "reply", { text: "どこですか", force: true });
  assert.equal(refused.status, 409);
  assert.equal(refused.json.code, "cannot_text");
  assert.equal((await ito.call("GET", `/api/threads/${ref}`)).json.cannot_text, true);
  const before = to(who).length;
  await says(who, "START");
  await idle();
  assert.equal(to(who).length, before, "Twilio has answered START");
  assert.ok(!isOptedOut(who));
  assert.equal((await ito.call("GET", `/api/threads/${ref}`)).json.cannot_text, false);
  assert.equal((await ito.command(ref, "reply", { text: "どこですか", force: true })).status, 200);
  await waitFor("the reply", () => to(who).length > before);
  ito.close();
});

test("STOP at Twilio, then a plea: it rings, nothing is sent in vain, the thread says why", async () => {
  const who = person(), sato = await officer(gateway, "sato", 11);
  await says(who, "STOP", { OptOutType: "STOP" });
  await idle();
  assert.equal(to(who).length, 0, "Twilio has answered STOP");
  assert.ok(isOptedOut(who));
  await says(who, "桜町公園で襲われた 助けて");
  assert.equal(thread(who, "intent"), "4");
  await waitFor("it rings", () => sato.alarms().length > 0);
  await idle();
  assert.equal(to(who).length, 0);
  const ref = thread(who, "area_id || '-' || id");
  assert.equal((await sato.command(ref, "open")).status, 200);
  assert.equal((await sato.call("GET", `/api/threads/${ref}`)).json.cannot_text, true);
  await says(who, "START", { OptOutType: "START" });
  await idle();
  assert.ok(!isOptedOut(who));
  sato.close();
});

test("a START that Twilio took itself is answered by Twilio alone, HELP by us too", async () => {
  const starts = person(), helps = person();
  await says(starts, "START", { OptOutType: "START" });
  await says(helps, "HELP", { OptOutType: "HELP" });
  await waitFor("the answer to a plea", () => to(helps).length === 1);
  assert.equal(to(starts).length, 0);
});

test("a plain STOP is answered once: by us where Twilio lets us, else by Twilio", async () => {
  const lets = person(), refuses = person();
  await says(lets, "STOP");
  await waitFor("our answer", () => to(lets).length === 1);
  meets(refuses, () => ({ status: 400, body: { code: 21610, status: 400 } }));
  await says(refuses, "STOP");
  await waitFor("known", () => isOptedOut(refuses));
  assert.ok(!isOptedOut(lets));
  answer = accept;
});

test("a refused account breaks the channel, not the message", async () => {
  const who = person();
  answer = () => ({ status: 401, body: { code: 20003, message: "Authenticate", status: 401 } });
  await says(who, "財布を落としました 桜町公園");
  await waitFor("held", () => database.value("select is_held || held_reason from channel where name = 'twilio-demo'") === "true20003");
  assert.equal(outbound(who)[0], "1");
  answer = accept;
  gateway.cli("channel", "release", "twilio-demo");
  await waitFor("sent after release", () => outbound(who)[0] === "3");
});

test("channel add says that alerts need a sender of their own, and what a part costs", () => {
  const told = gateway.cli("channel", "add", "sms-two", "twilio", "hanasaki-desk");
  assert.match(told, /sender of their\s+own/);
  assert.match(told, /price_per_part/);
  gateway.cli("channel", "set", "sms-two", "price_per_part", "0.0079");
  gateway.cli("channel", "set", "sms-two", "currency", "USD");
  assert.throws(() => gateway.cli("channel", "set", "sms-two", "currency", "dollars"));
  assert.equal(database.value("select settings ->> 'price_per_part' from channel where name = 'sms-two'"), "0.0079");
});
