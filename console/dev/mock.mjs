// SPDX-License-Identifier: Apache-2.0
//
// DEVELOPMENT ONLY. Stands in for the gateway while the pages are being drawn: invented
// threads in memory, no rules, no rights, nothing stored. No test of the product uses it.
//   node console/dev/mock.mjs [port]     sign in with any login, password "demo"
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const port = Number(process.argv[2] ?? 8099);
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: " +
  "data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src " +
  "'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types koban";
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json" };

let nextId = 7_000_000_000_000n;
const id = () => String(nextId += 4_194_304n);
let position = 10, isSignedIn = false, isLocked = false, duty = null;
const streams = new Set(), threads = new Map(), done = new Map();

function thread(fields, messages) {
  const row = { area: 1, version: 1, number: 4100 + threads.size, koban: 1, state: "open",
    intent: "consultation", category: 0, urgency: 0, language: "ja", manner: "normal",
    channel: "chat-sakura", adapter: "webchat", who: "…3fa", preview_direction: 0,
    claimed_by: null, acknowledged_by: null, acknowledged_ms: 0, status: "none",
    disposition: 0, opened_ms: Date.now() - 90_000, last_inbound_ms: Date.now() - 60_000,
    unseen: true, place_confirmed: false, rung: 0, is_surge: false, latitude: null,
    longitude: null, previous: null, question: 0, id: id(), ...fields };
  row.ref = `${row.area}-${row.id}`;
  const list = messages.map(([direction, body, more = {}]) => ({ id: id(), direction,
    kind: "text", body, sentence: "", officer: null, created_ms: Date.now() - 60_000,
    sent_ms: null, state: direction === "outbound" ? "sent" : "none", state_reason: "",
    priority: 4, client_id: "", latitude: null, longitude: null, reasons: [],
    hidden: false, ...more }));
  row.preview = list.filter((m) => m.direction === "inbound").at(-1)?.body ?? "";
  threads.set(row.ref, { row, list });
  return row;
}

const tanaka = { id: "21", name: "田中" }, sato = { id: "22", name: "佐藤" };
thread({ intent: "emergency", category: 1, urgency: 3, manner: "discreet", rung: 1 },
  [["inbound", "こえ出せない 夫がとなりで寝てる 殴られた", { reasons: [
    { rule: "voice", words: "こえ出せない" }, { rule: "hit", words: "殴られた" }] }],
  ["outbound", "届きました。返事は「1」はい「2」いいえだけで大丈夫です。"]]);
thread({ intent: "emergency", category: 13, urgency: 2, acknowledged_by: tanaka, unseen: false,
  acknowledged_ms: Date.now() - 30_000, claimed_by: tanaka, state: "claimed",
  status: "on_the_way", language: "en", manner: "text_only", place_confirmed: true,
  adapter: "line", channel: "line-force", latitude: 35.6581, longitude: 139.7017 },
  [["inbound", "I am deaf. There is smoke on the stairs, 3-chome, blue house."],
    ["outbound", "CALL 119 NOW if you can.", { state: "sent" }],
    ["system", "田中 opened the thread"],
    ["outbound", "Get out if you can and stay low. We are coming.", { officer: tanaka,
      state: "sent" }],
    ["note", "消防に連絡済み、隊到着まで4分。", { officer: tanaka }],
    ["inbound", "ok going down"]]);
thread({ category: 21, acknowledged_by: tanaka, acknowledged_ms: Date.now() - 9000,
  claimed_by: tanaka, state: "claimed", unseen: false, last_inbound_ms: Date.now() - 400_000 },
  [["inbound", "財布を落としました。茶色で駅前あたりです。"],
    ["outbound", "【桜町交番】受け付けました。番号4102。", { state: "delivered" }],
    ["outbound", "拾得物を確認します。中身は何ですか。", { officer: tanaka, state: "unknown" }],
    ["outbound", "電話番号を教えてください。", { officer: tanaka, state: "failed",
      state_reason: "provider 500" }]]);
thread({ category: 22, language: "id", adapter: "webhook", channel: "sms", who: "…812" },
  [["inbound", "Pak, tetangga putar musik keras tiap malam, tolong ditegur"]]);
thread({ intent: "unclear", urgency: 1, language: "vi" }, [["inbound", "Cứu tôi với"]]);
thread({ intent: "other" }, [["inbound", "こんにちは"]]);
thread({ state: "waiting", claimed_by: sato, unseen: false, category: 23,
  last_inbound_ms: Date.now() - 9_000_000 }, [["inbound", "駐車の件、写真を送ります"]]);
const many = Number(process.env.MANY ?? 0);
for (let i = 0; i < many; i++)
  thread({ category: i % 32, last_inbound_ms: Date.now() - i * 60_000, unseen: i % 3 === 0 },
    [["inbound", `No. ${i} 公園の街灯が消えています。確認をお願いします。`]]);

const boot = () => ({ me: { ...tanaka, login: "tanaka", role: "officer", language: "ja",
  koban: 1, area: 1 }, duty, force: { id: 1, name: "県警", country: "jp", language: "ja" },
areas: [{ id: 1, name: "桜", time_zone: "Asia/Tokyo", desk: 3 }],
kobans: [["sakura", "桜町交番", "Sakura"], ["minami", "南町交番", "Minami"],
  ["sho", "桜警察署", "Sakura station"]].map(([slug, ja, en], i) => ({ id: i + 1, area: 1,
  slug, name: ja, name_ja: ja, name_id: `Koban ${en}`, name_en: `${en} Koban`,
  is_desk: i === 2, mine: i === 0 })),
threads: [...threads.values()].map((x) => x.row).filter((r) => r.state !== "closed"),
positions: { 1: position },
canned: [["bas", "ja", "場所を教えてください。住所か目印で大丈夫です。"],
  ["kakunin", "ja", "【{koban}】番号{case}、確認します。{officer}"],
  ["110", "ja", "できれば今すぐ{number}へ電話してください。"],
  ["lokasi", "id", "Di mana lokasinya? Tulis alamat atau patokan."],
  ["where", "en", "Where is it? Send an address or a landmark."]]
  .map(([shortcut, language, body]) => ({ shortcut, language, body })),
held: [], server_ms: Date.now() });

function tell(row, kind, urgency = 0) {
  position++;
  const data = { area: row.area, position, koban: row.koban, thread: row.id,
    version: row.version, kind, urgency };
  for (const s of streams)
    s.write(`id: 1:${position}\nevent: event\ndata: ${JSON.stringify(data)}\n\n`);
}

function change(x, fields, kind = "thread") {
  Object.assign(x.row, fields);
  x.row.version++;
  tell(x.row, kind);
}

function add(x, direction, body, more = {}) {
  x.list.push({ id: id(), direction, kind: "text", body, sentence: "", officer: null,
    created_ms: Date.now(), sent_ms: null, state: direction === "outbound" ? "queued" : "none",
    state_reason: "", priority: 4, client_id: "", latitude: null, longitude: null,
    reasons: [], hidden: false, ...more });
  return x.list.at(-1);
}

function command(x, name, body) {
  const row = x.row, me = tanaka;
  const fields = {};
  if (["open", "claim", "reply"].includes(name) && !row.acknowledged_ms)
    Object.assign(fields, { acknowledged_by: me, acknowledged_ms: Date.now() });
  fields.unseen = false;
  if (name === "claim" || name === "reply")
    Object.assign(fields, { claimed_by: me, state: "claimed" });
  if (name === "release") Object.assign(fields, { claimed_by: null, state: "open" });
  if (name === "status") fields.status = body.status;
  if (name === "manner") fields.manner = body.manner;
  if (name === "wait") fields.state = "waiting";
  if (name === "close") fields.state = "closed";
  if (name === "escalate") Object.assign(fields, { intent: "emergency", acknowledged_ms: 0 });
  if (name === "note") add(x, "note", body.text, { officer: me });
  if (name === "reply") {
    if (body.text === "newer" && !body.force) return "newer_inbound";
    const m = add(x, "outbound", body.text, { officer: me });
    setTimeout(() => { m.state = "sent"; change(x, {}, "tick"); }, 400);
    setTimeout(() => { m.state = "delivered"; change(x, {}, "tick"); }, 1200);
  }
  change(x, fields);
  if (name === "open") tell(row, "alarm_end");
  return "";
}

const json = (res, status, data) => {
  res.writeHead(status, { "Content-Type": status < 400 ? "application/json"
    : "application/problem+json", "Cache-Control": "no-store" });
  res.end(JSON.stringify(data));
};
const refuse = (res, status, code, more = {}) => json(res, status, { title: code, status,
  code, ...more });

function file(res, path) {
  const full = join(dist, normalize(path));
  if (!full.startsWith(dist) || !existsSync(full) || !statSync(full).isFile()) {
    res.writeHead(404);
    return res.end();
  }
  res.writeHead(200, { "Content-Type": types[extname(full)] ?? "text/plain",
    "Content-Security-Policy": csp });
  return createReadStream(full).pipe(res);
}

async function readBody(req) {
  let text = "";
  for await (const part of req) text += part;
  try { return JSON.parse(text || "{}"); } catch { return {}; }
}

const chat = { staffed: true, list: [] };
function chatApi(req, res, url, body) {
  if (url.pathname.endsWith("/session"))
    return json(res, 200, { code: "K7QF-2MPD-9XTR-4WBN", address: "c-1", channel: "chat-sakura" });
  if (url.pathname.endsWith("/events")) {
    res.writeHead(200, { "Content-Type": "text/event-stream" });
    res.write(": hello\n\n");
    return undefined;
  }
  if (req.method === "POST" && body.event === "message") {
    chat.list.push({ id: id(), ref: "1-1-1", direction: "inbound", by_officer: false, kind: 0,
      body: body.text, created_ms: Date.now(), state: 0 });
    chat.list.push({ id: id(), ref: `1-1-${nextId}`, direction: "outbound", by_officer: false,
      kind: 0, body: "【桜町交番】受け付けました。番号4127。担当が15分以内に返信します。",
      created_ms: Date.now(), state: 3 });
    return json(res, 200, { accepted: 1 });
  }
  if (url.pathname.endsWith("/resume"))
    return json(res, 200, { address: "c-1", channel: "chat-sakura" });
  const after = BigInt(url.searchParams.get("after") ?? 0);
  return json(res, 200, { koban: { slug: "sakura", name: "桜町交番", name_ja: "桜町交番",
    name_id: "Koban Sakura", name_en: "Sakura Koban", is_staffed: chat.staffed },
  numbers: { police: "110", fire_medical: "119", sea: "118" },
  consultation_number: "#9110", receipt_minutes: 15, opening_hour: 8,
  time_zone: "Asia/Tokyo", channel: "chat-sakura", server_ms: Date.now(),
  chat: { thread: chat.list.length ? { ref: "1-1", is_open: true, is_opened: false,
    status: 0 } : null, messages: chat.list.filter((m) => BigInt(m.id) > after) } });
}

function api(req, res, url, body) {
  const path = url.pathname;
  if (path === "/api/session" && req.method === "POST") {
    if (body.password !== "demo") return refuse(res, 401, "wrong_credentials");
    isSignedIn = true;
    return json(res, 200, { ok: true });
  }
  if (!isSignedIn) return refuse(res, 401, "no_session");
  if (path === "/api/session") { isSignedIn = false; return json(res, 200, { ok: true }); }
  if (path === "/api/session/lock") { isLocked = true; return json(res, 200, { ok: true }); }
  if (path === "/api/session/unlock") {
    if (body.password !== "demo") return refuse(res, 401, "wrong_credentials");
    isLocked = false;
    return json(res, 200, { ok: true });
  }
  if (path === "/api/events") {
    res.writeHead(200, { "Content-Type": "text/event-stream" });
    res.write(`event: hello\ndata: {"server_ms":${Date.now()}}\n\n`);
    streams.add(res);
    return req.on("close", () => streams.delete(res));
  }
  if (isLocked) return refuse(res, 423, "locked");
  if (path === "/api/boot") return json(res, 200, boot());
  if (path === "/api/country") return json(res, 200, { country: "jp", languages: ["ja"],
    numbers: { police: "110", fire_medical: "119" }, number_by_category: { fire:
    ["119"] }, consultation_number: "#9110" });
  if (path === "/api/rows") return json(res, 200, { rows: (url.searchParams.get("ids") ?? "")
    .split(",").map((i) => threads.get(`1-${i}`)?.row).filter(Boolean) });
  if (path === "/api/search") return json(res, 200, { rows: [...threads.values()].filter((x) =>
    x.list.some((m) => m.body.includes(url.searchParams.get("q")))).map((x) => x.row) });
  if (path === "/api/duty" && req.method === "POST") {
    duty = { koban: body.koban, started_ms: Date.now() };
    return json(res, 200, { koban: body.koban });
  }
  if (path === "/api/duty/end") { duty = null; return json(res, 200, {}); }
  const match = /^\/api\/threads\/(\d+-\d+)(?:\/(\w+))?$/.exec(path);
  const x = match && threads.get(match[1]);
  if (!x) return refuse(res, 404, "not_visible");
  if (match[2] === "draft") return json(res, 200, { ok: true });
  if (!match[2]) return json(res, 200, { thread: x.row, messages: x.list,
    access: [{ koban: 1, reason: "open" }], draft: "", erased: false, cannot_text: false });
  if (!done.has(body.client_id)) {
    const code = command(x, match[2], body);
    if (code) return refuse(res, 409, code, { thread: x.row });
    done.set(body.client_id, true);
  }
  return json(res, 200, { thread: x.row, message: x.list.at(-1)?.id });
}

setInterval(() => {
  for (const s of streams) s.write(`event: hb\ndata: {"server_ms":${Date.now()}}\n\n`);
}, 15_000).unref();

createServer(async (req, res) => {
  const url = new URL(req.url, "http://localhost");
  const body = req.method === "GET" ? {} : await readBody(req);
  if (url.pathname.startsWith("/api/")) return api(req, res, url, body);
  const isChat = /^\/chat\/[^/]+\//.test(url.pathname) || url.pathname.startsWith("/in/");
  if (isChat) return chatApi(req, res, url, body);
  if (url.pathname.startsWith("/chat/")) return file(res, "/chat.html");
  if (url.pathname === "/dev/direct") {
    for (const s of streams) s.write(`event: direct\ndata: ${JSON.stringify({ koban: 1,
      channel: "chat-sakura", text: "火事です 3丁目", received_ms: Date.now(), key: id() })}\n\n`);
    return json(res, 200, {});
  }
  return file(res, url.pathname === "/" ? "/index.html" : url.pathname);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
