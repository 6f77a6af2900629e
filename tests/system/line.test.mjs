// SPDX-License-Identifier: Apache-2.0
//
// LINE with the vendor's own SDK as signer and its OpenAPI description as judge of what
// we send (discriminators followed, or a text without text would pass).
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { Database, Gateway, ROOT, SECRET, officer, post, waitFor } from "./harness.mjs";

const require = createRequire(join(ROOT, "tests", "package.json"));
const { validateSignature } = require("@line/bot-sdk");
const SPECS = resolve(process.env.KOBAN_SHARED ?? join(ROOT, "../shared"), "specs/line");
const skip = existsSync(SPECS) ? false : "the vendor's description is not here";

let database, gateway, api, calls = [], answer = () => ({ status: 200, body: { sentMessages: [{ id: "1", quoteToken: "q" }] } });

before(async () => {
  database = new Database();
  api = http.createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => (text += piece));
    request.on("end", () => {
      calls.push({ path: request.url, headers: request.headers, body: JSON.parse(text) });
      const { status, body } = answer(request.url);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise((done) => api.listen(0, "127.0.0.1", done));
  gateway = await new Gateway(database,
    { sets: { "channel.line-demo.base_url": `http://127.0.0.1:${api.address().port}` } }).start();
});
after(async () => {
  assert.equal(await gateway.stop(), 0);
  api.closeAllConnections();
  api.close();
});

const event = (more) => ({ type: "message", mode: "active", timestamp: Date.now(), webhookEventId: randomUUID(),
  source: { type: "user", userId: "Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }, deliveryContext: { isRedelivery: false },
  replyToken: randomUUID(), ...more });
const text = (words, more) => event({ message: { id: randomUUID(), type: "text", text: words, quoteToken: "q" }, ...more });

function send(events) {
  const body = JSON.stringify({ destination: "U0123456789abcdef0123456789abcdef", events });
  const signature = createHmac("sha256", SECRET).update(body).digest("base64");
  assert.ok(validateSignature(body, SECRET, signature), "the vendor's SDK agrees");
  return post(`${gateway.base}/in/line-demo`, body, { "x-line-signature": signature });
}

// Validators of request bodies, each discriminator's mapping written out as conditions.
function validator(path) {
  const Ajv = require("ajv/dist/2020"), yaml = require("js-yaml");
  const spec = yaml.load(readFileSync(join(SPECS, "messaging-api.yml"), "utf8"));
  const walk = (node) => {
    if (node === null || typeof node !== "object") return;
    if (node.discriminator?.mapping) {
      const { propertyName, mapping } = node.discriminator;
      delete node.discriminator;
      node.required = [...new Set([...(node.required ?? []), propertyName])];
      node.properties ??= {};
      node.properties[propertyName] = { enum: Object.keys(mapping) };
    }
    Object.values(node).forEach(walk);
  };
  const mapping = structuredClone(spec.components.schemas.Message.discriminator.mapping);
  walk(spec);
  const request = spec.paths[path].post.requestBody.content["application/json"].schema;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "spec", components: spec.components });
  const rebase = (value) => JSON.parse(JSON.stringify(value).replaceAll("#/components", "spec#/components"));
  const whole = ajv.compile(rebase(request));
  const kinds = Object.fromEntries(Object.entries(mapping).map(([kind, ref]) => [kind, ajv.compile({ $ref: ref.replace("#", "spec#") })]));
  return (body) => [whole(body), whole.errors, body.messages.every((m) => kinds[m.type]?.(m))];
}

const judged = (call) => {
  const [isGood, errors, isEach] = validator(call.path)(call.body);
  assert.ok(isGood && isEach, JSON.stringify(errors));
};

test("the Verify button's empty batch is answered 200", async () => {
  assert.equal((await send([])).status, 200);
});

test("a signature with one byte flipped is refused", async () => {
  const body = JSON.stringify({ destination: "U", events: [text("x")] });
  const signature = createHmac("sha256", SECRET).update(body).digest("base64").replace(/^./, (c) => (c === "A" ? "B" : "A"));
  assert.equal((await post(`${gateway.base}/in/line-demo`, body, { "x-line-signature": signature })).status, 401);
});

test("an emergency is answered with the reply token, as the vendor describes", { skip }, async () => {
  calls = [];
  const one = text("助けて 刺された");
  assert.equal((await send([one])).status, 200);
  const call = await waitFor("first answer", () => calls[0]);
  assert.equal(call.path, "/v2/bot/message/reply");
  assert.equal(call.body.replyToken, one.replyToken);
  assert.equal(call.headers["x-line-retry-key"], undefined);
  judged(call);
});

test("an officer's reply is pushed with a retry key; ticks say accepted, no more", { skip }, async () => {
  const sato = await officer(gateway, "ito", 10);
  const ref = database.value("select area_id || '-' || id from thread where channel_id = 3");
  calls = [];
  assert.equal((await sato.command(ref, "reply", { text: "今どこにいますか", force: true })).status, 200);
  const call = await waitFor("push", () => calls.find((c) => /今どこ/.test(c.body.messages[0].text)));
  assert.equal(call.path, "/v2/bot/message/push");
  assert.match(call.headers["x-line-retry-key"], /^[0-9a-f-]{36}$/);
  judged(call);
  await waitFor("sent", () => database.value(
    "select state from message where direction = 1 and officer_id = 105") === "3");
  sato.close();
});

test("an invalid reply token falls back to push at once", async () => {
  calls = [];
  answer = (url) => (url.endsWith("/reply")
    ? { status: 400, body: { message: "Invalid reply token" } }
    : { status: 200, body: { sentMessages: [{ id: "2", quoteToken: "q" }] } });
  await send([text("財布を落としました 桜町公園", { source: { type: "user", userId: "Ubbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" } })]);
  await waitFor("push", () => calls.some((c) => c.path === "/v2/bot/message/push"));
  answer = () => ({ status: 200, body: { sentMessages: [{ id: "3", quoteToken: "q" }] } });
});

test("batches, pins, stickers and unknown types all leave their message", async () => {
  const user = { type: "user", userId: "Ucccccccccccccccccccccccccccccccc" };
  const batch = [
    text("道を教えて", { source: user }),
    event({ source: user, message: { id: "2", type: "location", title: "公園", latitude: 35.7, longitude: 139.7 } }),
    event({ source: user, message: { id: "3", type: "sticker", packageId: "1", stickerId: "1", keywords: ["help"] } }),
    event({ source: user, message: { id: "4", type: "hologram" } }),
    event({ source: user, type: "teleport" }),
    event({ source: user, type: "follow" }),
  ];
  assert.equal((await send(batch)).status, 200);
  await waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0");
  const kinds = database.rows(`select kind from message where direction = 0
    and address = 'Ucccccccccccccccccccccccccccccccc' order by id`).map(([kind]) => Number(kind));
  assert.deepEqual(kinds, [0, 1, 2, 7, 7]);
  assert.equal(database.value("select count(*) from inbox where outcome = 4"), "1", "the follow");
});

test("the judge refuses a text without text, and a kind that does not exist", { skip }, () => {
  for (const message of [{ type: "text" }, { type: "hologram", text: "x" }, {}]) {
    const [isGood, , isEach] = validator("/v2/bot/message/push")({ to: "U", messages: [message] });
    assert.ok(!isGood || !isEach, JSON.stringify(message));
  }
});

test("a redelivered batch is stored once, whatever its flag says", async () => {
  const user = { type: "user", userId: "Ueeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" }, first = text("道を教えて", { source: user });
  await send([first]);
  assert.equal((await send([{ ...first, deliveryContext: { isRedelivery: true } }])).status, 200);
  assert.equal((await send([first, text("駅はどこ", { source: user })])).status, 200);
  await waitFor("settled", () => database.value("select count(*) from inbox where outcome = 0") === "0");
  assert.equal(database.value(`select count(*) from message where direction = 0 and address = '${user.userId}'`), "2");
});

test("a message that is taken back is hidden, and the thread says so", async () => {
  const user = { type: "user", userId: "Uffffffffffffffffffffffffffffffff" }, said = text("言わなければよかった", { source: user });
  await send([text("道を教えて", { source: user }), said]);
  await send([event({ source: user, type: "unsend", unsend: { messageId: said.message.id } })]);
  await waitFor("hidden", () => database.value(`select count(*) from message where is_hidden and address = '${user.userId}'
    and body = '言わなければよかった'`) === "1");
  assert.equal(database.value(`select count(*) from message where is_hidden and address = '${user.userId}'`), "1", "that one alone");
  assert.equal(database.value(`select count(*) from message m join thread t on t.area_id = m.area_id and t.id = m.thread_id
    where t.address = '${user.userId}' and m.body = 'unsent'`), "1");
});

test("who unfollows with an open thread is told to its readers; who follows again is reached", async () => {
  const user = { type: "user", userId: "Ugggggggggggggggggggggggggggggggg" };
  const following = () => database.value(`select is_following from address where address = '${user.userId}'`);
  await send([text("財布を落としました", { source: user })]);
  await send([event({ source: user, type: "unfollow", replyToken: undefined })]);
  await waitFor("not following", () => following() === "f");
  assert.equal(database.value(`select count(*) from message m join thread t on t.area_id = m.area_id and t.id = m.thread_id
    where t.address = '${user.userId}' and m.body = 'unfollowed'`), "1");
  await send([event({ source: user, type: "follow", follow: { isUnblocked: true } })]);
  await waitFor("following", () => following() === "t");
});

test("a push in doubt is repeated with the same retry key until it is accepted", { skip }, async () => {
  const console = await officer(gateway, "ito", 10);
  const user = { type: "user", userId: "Uhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh" };
  await send([text("財布を落としました", { source: user })]);
  const ref = await waitFor("its thread", () => database.value(`select area_id || '-' || id from thread where address = '${user.userId}'`));
  calls = [];
  const mine = () => calls.filter((call) => /どこで/.test(call.body.messages[0].text));
  answer = () => (mine().length < 2 ? { status: 500, body: { message: "busy" } }
    : { status: 409, body: { message: "accepted before", sentMessages: [{ id: "9", quoteToken: "q" }] } });
  assert.equal((await console.command(ref, "reply", { text: "どこで落としましたか", force: true })).status, 200);
  await waitFor("accepted", () => database.value("select state from message where body like '%どこで落としましたか%'") === "3");
  assert.equal(mine().length, 2);
  assert.equal(new Set(mine().map((call) => call.headers["x-line-retry-key"])).size, 1);
  mine().forEach(judged);
  answer = () => ({ status: 200, body: { sentMessages: [{ id: "3", quoteToken: "q" }] } });
  console.close();
});

test("a revoked token breaks the channel, not the message", async () => {
  answer = () => ({ status: 401, body: { message: "invalid token" } });
  await send([text("財布を落としました", { source: { type: "user", userId: "Udddddddddddddddddddddddddddddddd" } })]);
  await waitFor("held", () => database.value("select is_held from channel where id = 3") === "t");
  assert.equal(database.value("select count(*) from message where state = 6"), "0");
  answer = () => ({ status: 200, body: { sentMessages: [{ id: "4", quoteToken: "q" }] } });
  gateway.cli("channel", "release", "line-demo");
  await waitFor("sent after release", () => database.value(
    "select count(*) from outbox where channel_id = 3") === "0");
});
