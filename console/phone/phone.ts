// SPDX-License-Identifier: Apache-2.0
//
// The page behind the one-time link of a text to an officer's phone. Looking changes
// nothing: preview robots look. "Take it" uses the link, opens the thread and claims it;
// after that this phone, and no other, goes on with this one thread for two hours.
//
// Invariant: what a resident or officer wrote goes to the page as text, never as markup.
import { uuid } from "../src/uuid";
import { wordsOf } from "./words";
import type { Words } from "./words";

interface Look { is_used: boolean; number: number; language: string; taken_by: string;
  koban: { name: string; name_ja: string; name_id: string; name_en: string } }
interface Row { ref: string; area: number; id: string; version: number; number: number;
  state: string; status: string; manner: string; language: string;
  claimed_by: { id: string; name: string } | null; latitude?: number | null;
  longitude?: number | null }
interface Message { id: string; direction: string; body: string; sentence: string;
  officer: { name: string } | null; created_ms: number; state: string;
  latitude: number | null; longitude: number | null }

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const STORE = `koban-link-${token.slice(0, 8)}`;
const POLL_MS = 3000, STATUSES = ["on_the_way", "on_scene", "passed_on", "done"] as const;
const STATES: Record<string, keyof Words> = { queued: "queued", sending: "sending", sent: "out",
  delivered: "delivered", read: "read", failed: "failed", unknown: "unknown", expired: "expired" };

let words = wordsOf(navigator.language.slice(0, 2));
let look: Look | null = null, row: Row | null = null, messages: Message[] = [];
let ref = sessionStorage.getItem(STORE) ?? "";
const pending = new Map<string, string>();

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function say(text: string, isProblem = false): void {
  byId("state").textContent = isProblem ? "" : text;
  byId("problem").textContent = isProblem ? text : "";
}

const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");

interface Answer { status: number; body: Record<string, unknown> }

async function call(method: string, path: string, body?: object): Promise<Answer> {
  try {
    const answer = await fetch(path, { method, cache: "no-store",
      headers: { "koban-link": "1", ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    let json: Record<string, unknown> = {};
    try { json = JSON.parse(text) as Record<string, unknown>; } catch { /* not ours */ }
    return { status: answer.status, body: json };
  } catch { return { status: 0, body: {} }; }
}

function nameOf(koban: Look["koban"], tag: string): string {
  const named = { ja: koban.name_ja, id: koban.name_id, en: koban.name_en }[tag];
  return named || koban.name;
}

function titleShow(): void {
  if (!look) return;
  words = wordsOf(look.language);
  document.documentElement.lang = look.language;
  const text = fill(words.title, { n: String(look.number),
    koban: nameOf(look.koban, look.language) });
  byId("title").textContent = text;
  document.title = text;
}

function line(message: Message): HTMLLIElement {
  const item = document.createElement("li");
  const head = document.createElement("p"), body = document.createElement("p");
  const isOut = message.direction === "outbound";
  const who = message.direction === "inbound" ? words.resident
    : message.officer?.name || (isOut ? words.automatic : words.note);
  const time = new Date(message.created_ms).toLocaleTimeString(look?.language ?? "en",
    { hour: "2-digit", minute: "2-digit" });
  const state = STATES[message.state];
  item.className = message.direction;
  head.className = "head";
  body.className = "body";
  body.dir = "auto";
  head.textContent = [who, time, isOut && state ? words[state] : ""].filter(Boolean).join(" · ");
  body.textContent = message.body;
  item.append(head, body);
  return item;
}

function placeShow(): void {
  const at = [...messages].reverse().find((m) => m.latitude !== null && m.longitude !== null);
  byId("place").hidden = !at;
  if (!at) return;
  const link = byId<HTMLAnchorElement>("map");
  link.textContent = words.map;
  link.href = `geo:${at.latitude},${at.longitude}?q=${at.latitude},${at.longitude}`;
}

function statusButton(status: typeof STATUSES[number]): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => void command("status", { status }));
  return button;
}

// The same buttons all the time: one that is made anew under a thumb is not pressed.
function statusesShow(): void {
  byId("status-title").textContent = words.statuses;
  const all = byId("statuses");
  if (all.childElementCount === 0) all.append(...STATUSES.map(statusButton));
  STATUSES.forEach((status, i) => {
    const button = all.children[i] as HTMLButtonElement;
    button.textContent = words[status];
    button.setAttribute("aria-pressed", String(row?.status === status));
    button.disabled = row?.state === "closed";
  });
}

function threadShow(): void {
  if (!row) return;
  byId("take").hidden = true;
  byId("thread").hidden = false;
  const log = byId("log"), atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  byId("list").replaceChildren(...messages.filter((m) => m.direction !== "page").map(line));
  if (atEnd) log.scrollTop = log.scrollHeight;
  byId("text-label").textContent = words.reply;
  byId("who-reads").textContent = row.manner === "discreet" ? words.discreet
    : row.manner === "text_only" ? words.textOnly : words.reads;
  byId<HTMLButtonElement>("send").textContent = words.send;
  byId<HTMLButtonElement>("send").disabled = row.state === "closed";
  statusesShow();
  placeShow();
}

async function read(): Promise<boolean> {
  const answer = await call("GET", `/api/threads/${ref}`);
  if (answer.status === 401 || answer.status === 404) {
    sessionStorage.removeItem(STORE);
    ref = "";
    byId("thread").hidden = true;
    say(words.ended, true);
    return false;
  }
  if (answer.status !== 200) { say(words.away, true); return false; }
  row = answer.body.thread as Row;
  messages = answer.body.messages as Message[];
  threadShow();
  say(row.state === "closed" ? words.closed : words.yours);
  return true;
}

// A repeat after a lost link is the same command: the same client_id. Another command, also one
// given before the first is answered, is another: with the same it would be taken for done.
async function command(name: string, body: object): Promise<boolean> {
  const key = JSON.stringify([name, body]), id = pending.get(key) ?? uuid();
  pending.set(key, id);
  const seen = messages.filter((m) => m.direction === "inbound").at(-1)?.id;
  const answer = await call("POST", `/api/threads/${ref}/${name}`,
    { client_id: id, ...(seen ? { seen } : {}), ...body });
  if (answer.status === 0 || answer.status === 503) { say(words.away, true); return false; }
  pending.delete(key);
  const code = String(answer.body.code ?? "");
  await read();
  if (answer.status === 200) return true;
  const claimed = row?.claimed_by?.name ?? "";
  say(code === "claimed" ? fill(words.takenBy, { name: claimed })
    : code === "newer_inbound" ? words.newer : words.refused, true);
  return false;
}

async function take(): Promise<void> {
  const button = byId<HTMLButtonElement>("take");
  button.disabled = true;
  say(words.taking);
  const answer = await call("POST", "/api/link", { token });
  button.disabled = false;
  if (answer.status === 200) {
    ref = String(answer.body.thread);
    sessionStorage.setItem(STORE, ref);
    button.hidden = true;
    await command("claim", {});
  } else if (answer.status === 409) { button.hidden = true; say(words.used, true); }
  else if (answer.status === 404) { button.hidden = true; say(words.gone, true); }
  else say(words.away, true);
}

async function send(event: Event): Promise<void> {
  event.preventDefault();
  const field = byId<HTMLTextAreaElement>("text"), text = field.value.trim();
  if (text === "") return;
  const button = byId<HTMLButtonElement>("send");
  button.disabled = true;
  if (await command("reply", { text })) {
    field.value = "";
    say(words.sent);
  }
  button.disabled = false;
}

async function poll(): Promise<void> {
  if (ref !== "" && row) {
    const answer = await call("GET", `/api/rows?area=${row.area}&ids=${row.id}`);
    const now = (answer.body.rows as Row[] | undefined)?.[0];
    if (answer.status === 401) await read();
    else if (answer.status !== 200) say(words.away, true);
    else if (now && (now.version !== row.version || byId("problem").textContent === words.away
      || messages.some((m) => m.state === "queued" || m.state === "sending"))) await read();
  } else if (ref !== "") await read();
  setTimeout(() => void poll(), POLL_MS);
}

async function begin(): Promise<void> {
  const answer = await call("POST", "/api/link/look", { token });
  if (answer.status === 0 || answer.status === 503) {
    say(words.away, true);
    setTimeout(() => void begin(), POLL_MS);
    return;
  }
  if (answer.status === 200) look = answer.body as unknown as Look;
  titleShow();
  byId("take").textContent = words.take;
  if (ref !== "" && await read()) { void poll(); return; }
  if (!look) say(words.gone, true);
  else if (look.is_used) say(words.used, true);
  else {
    byId("take").hidden = false;
    say(look.taken_by ? fill(words.takenBy, { name: look.taken_by }) : words.untaken);
  }
  void poll();
}

byId("take").addEventListener("click", () => void take());
byId("form").addEventListener("submit", (event) => void send(event));
void begin();
