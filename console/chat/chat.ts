// SPDX-License-Identifier: Apache-2.0
//
// The residents' chat page. No account, no framework. It says who answers and whether
// anybody is there, keeps unsent words until the gateway has them, and confirms what it
// showed. Everything it keeps is in sessionStorage of this tab; "leave now" clears it.
//
// Invariant: "arrived" is said only after the gateway answered 2xx (committed).
import { uuid } from "../src/uuid";
import { follow } from "./stream";
import { catalogue, names, sentAs, tags } from "./words";
import type { Key, Tag } from "./words";

interface State {
  koban: { slug: string; name: string; name_ja?: string | null; name_id?: string | null;
    name_en?: string | null; is_staffed: boolean };
  numbers: Record<string, string>; consultation_number?: string;
  receipt_minutes?: number; opening_hour?: number; time_zone?: string;
  chat?: { thread: { ref: string; is_open: boolean; is_opened: boolean; status: number }
    | null; messages: Remote[] };
}
interface Remote { id: string; ref: string; direction: "inbound" | "outbound";
  by_officer: boolean; kind: number; body: string; created_ms: number }
interface Session { code: string; address: string; channel: string }
interface Place { lat: number; lon: number; accuracy_m: number }
interface Own { id: string; text: string; place: Place | null; state: "waiting" | "sending"
  | "arrived" | "refused"; tries: number; atMs: number }
interface Kept { tag: Tag; session: Session | null; own: Own[]; draft: string;
  confirmed: string[] }

const slug = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const base = `/chat/${encodeURIComponent(slug)}`;
const STORE = `koban-chat-${slug}`;
const EXIT_URL = "https://www.wikipedia.org/";
const POLL_MS = 20_000;

function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function guessTag(): Tag {
  const tag = navigator.language.slice(0, 2).toLowerCase();
  return tag === "id" || tag === "en" || tag === "ja" ? tag : "en";
}

function readKept(): Kept {
  const none: Kept = { tag: guessTag(), session: null, own: [], draft: "", confirmed: [] };
  try {
    return { ...none, ...(JSON.parse(sessionStorage.getItem(STORE) ?? "{}") as object) };
  } catch { return none; }
}

let kept = readKept();
let state: State | null = null;
let remote: Remote[] = [];
let isLive = false, isGone = false, isTold: boolean | null = null;
let sessionRun: Promise<Session | null> | null = null;

function keep(): void {
  if (isGone) return;
  try { sessionStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* full or refused */ }
}

function t(key: Key, values: Record<string, string | number> = {}): string {
  return catalogue[kept.tag][key].replace(/\{(\w+)\}/g,
    (whole, name: string) => String(values[name] ?? whole));
}

// --- drawing -----------------------------------------------------------------------

function put(id: string, text: string): void {
  const node = byId(id);
  if (node.textContent !== text) node.textContent = text;
}

function kobanName(): string {
  const koban = state?.koban;
  if (!koban) return slug;
  const named = { ja: koban.name_ja, "ja-easy": koban.name_ja, id: koban.name_id,
    en: koban.name_en }[kept.tag];
  return named || koban.name;
}

function drawNumbers(): void {
  const numbers = Object.entries(state?.numbers ?? {});
  const known: Key[] = ["police", "fire_medical", "sea"];
  byId("numbers").replaceChildren(...(numbers.length ? numbers.map(([kind, number]) => {
    const link = document.createElement("a");
    const words = document.createElement("span"), digits = document.createElement("strong");
    link.href = `tel:${number}`;
    words.textContent = t(known.find((k) => k === kind) ?? "other");
    digits.textContent = number;
    link.append(digits, words);
    return link;
  }) : [document.createTextNode(t("dangerUnknown"))]));
}

function drawWords(): void {
  const koban = kobanName();
  document.documentElement.lang = sentAs[kept.tag];
  document.title = t("title", { koban });
  const words: [string, Key][] = [["exit", "exit"], ["danger-title", "dangerTitle"],
    ["danger-text", "dangerText"], ["text-label", "text"], ["send", "send"],
    ["locate", "locate"], ["resume-title", "resumeTitle"], ["code-text", "codeText"],
    ["resume-label", "resumeLabel"], ["resume-go", "resumeGo"], ["exit-note", "exitNote"],
    ["language-label", "language"], ["privacy", "privacy"]];
  for (const [id, key] of words) put(id, t(key));
  put("title", t("title", { koban }));
  byId<HTMLTextAreaElement>("text").placeholder = t("placeholder");
  drawNumbers();
  drawWho();
}

function drawWho(): void {
  const values = { koban: kobanName(), minutes: state?.receipt_minutes ?? 15,
    hour: state?.opening_hour ?? 8 };
  const words = !state ? t("unknownStaff")
    : state.koban.is_staffed ? t("staffed", values) : t("unstaffed", values);
  const advice = state?.consultation_number
    ? ` ${t("consultation", { number: state.consultation_number })}` : "";
  put("who", words + advice);
  byId("who").dataset["staffed"] = String(state?.koban.is_staffed ?? "unknown");
}

function timeOf(ms: number): string {
  return new Intl.DateTimeFormat(sentAs[kept.tag], { hour: "2-digit", minute: "2-digit",
    hourCycle: "h23", ...(state?.time_zone ? { timeZone: state.time_zone } : {}) }).format(ms);
}

function placeText(place: Place): string {
  return t("placeSent", { lat: place.lat.toFixed(4), lon: place.lon.toFixed(4),
    metres: Math.round(place.accuracy_m) });
}

function bubble(kind: string, head: string, body: string, foot: string): HTMLElement {
  const item = document.createElement("li");
  item.className = kind;
  for (const [name, text] of [["head", head], ["body", body], ["foot", foot]] as const) {
    if (text === "") continue;
    const line = document.createElement("p");
    line.className = name;
    line.textContent = text;
    if (name === "body") line.dir = "auto";
    item.append(line);
  }
  return item;
}

const ownWords: Record<Own["state"], Key> = { waiting: "waiting", sending: "sending",
  arrived: "arrived", refused: "refused" };
const drawn = new Map<string, { shown: string; node: HTMLElement }>();

function remoteBubble(m: Remote): HTMLElement {
  const isOut = m.direction === "outbound";
  const author = !isOut ? t("you") : m.by_officer ? t("officer") : t("automatic");
  const body = m.body || (m.kind === 0 ? t("hidden") : m.kind === 1 ? "📍" : t("kind"));
  return bubble(!isOut ? "own" : m.by_officer ? "officer" : "automatic",
    `${author} ${timeOf(m.created_ms)}`, body, isOut ? "" : `✓ ${t("arrived")}`);
}

function ownBubble(o: Own): HTMLElement {
  const sign = { waiting: "⌛", sending: "○", arrived: "✓", refused: "!" }[o.state];
  return bubble(`own ${o.state}`, `${t("you")} ${timeOf(o.atMs)}`,
    o.text || (o.place ? placeText(o.place) : ""), `${sign} ${t(ownWords[o.state])}`);
}

// Only what changed is drawn again, so that a screen reader hears new words once.
function drawLog(): void {
  const log = byId("log"), list = byId("list");
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const wanted: [string, string, () => HTMLElement][] = [
    ...remote.map((m) => [m.id, `${kept.tag}${m.body}`, () => remoteBubble(m)] as
      [string, string, () => HTMLElement]),
    ...kept.own.map((o) => [o.id, `${kept.tag}${o.state}`, () => ownBubble(o)] as
      [string, string, () => HTMLElement]),
  ];
  const keys = new Set(wanted.map(([key]) => key));
  for (const [key, old] of drawn) if (!keys.has(key)) { old.node.remove(); drawn.delete(key); }
  wanted.forEach(([key, shown, make], at) => {
    let found = drawn.get(key);
    if (!found || found.shown !== shown) {
      const node = make();
      if (found) found.node.replaceWith(node);
      drawn.set(key, found = { shown, node });
    }
    if (list.children[at] !== found.node)
      list.insertBefore(found.node, list.children[at] ?? null);
  });
  log.hidden = wanted.length === 0;
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function drawState(): void {
  const thread = state?.chat?.thread;
  const isWaiting = kept.own.some((o) => o.state === "waiting" && o.tries > 0);
  const status: Key[] = ["opened", "onTheWay", "onScene", "passedOn", "opened"];
  const words = thread && (remote.length > 0)
    ? !thread.is_open ? t("ended")
      : thread.is_opened ? t(status[thread.status] ?? "opened") : t("notOpened")
    : "";
  const link = !kept.session ? "" : isLive && !isWaiting ? `● ${t("live")}`
    : `◐ ${t("reconnecting")}`;
  put("state", [words, link].filter(Boolean).join("  "));
  byId("code-box").hidden = !kept.session;
  put("code", kept.session?.code ?? "");
}

function draw(): void {
  if (isGone) return;
  drawLog();
  drawState();
}

// --- talking to the gateway ----------------------------------------------------------

async function post(url: string, body: unknown, headers: Record<string, string> = {},
  isKeepAlive = false): Promise<{ status: number; data: unknown }> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 10_000);
  try {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers }, cache: "no-store",
      credentials: "omit", keepalive: isKeepAlive, signal: abort.signal });
    const text = await response.text();
    let data: unknown = null;
    try { data = JSON.parse(text); } catch { /* an empty answer is fine */ }
    return { status: response.status, data };
  } catch { return { status: 0, data: null }; } finally { clearTimeout(timer); }
}

// One session a tab, made when somebody begins to write.
function needSession(code?: string): Promise<Session | null> {
  if (kept.session && !code) return Promise.resolve(kept.session);
  const headers: Record<string, string> = code ? { "Koban-Chat-Code": code } : {};
  const url = `${base}/${code ? "resume" : "session"}`;
  sessionRun ??= post(url, {}, headers).then(({ status, data }) => {
    sessionRun = null;
    if (status < 200 || status > 299) return null;
    kept.session = { ...(code ? { code } : {}), ...(data as object) } as Session;
    keep();
    void live();
    draw();
    return kept.session;
  });
  return sessionRun;
}

function event(session: Session, body: object, isKeepAlive = false) {
  return post(`/in/${encodeURIComponent(session.channel)}`,
    { address: session.address, koban: slug, lang: sentAs[kept.tag], ...body },
    { "Koban-Chat-Code": session.code }, isKeepAlive);
}

let isPumping = false, pumpTimer = 0;

// Oldest first, one at a time: the order of somebody's words matters.
async function pump(): Promise<void> {
  if (isPumping || isGone) return;
  isPumping = true;
  clearTimeout(pumpTimer);
  for (let own = nextOwn(); own; own = nextOwn()) {
    if (await sendOwn(own)) continue;
    const wait = Math.min(15_000, 1000 * 2 ** Math.min(4, own.tries - 1));
    pumpTimer = window.setTimeout(() => void pump(), wait);
    break;
  }
  isPumping = false;
}

function nextOwn(): Own | undefined {
  return kept.own.find((o) => o.state === "waiting" || o.state === "sending");
}

// True when the gateway decided about it, one way or the other.
async function sendOwn(own: Own): Promise<boolean> {
  own.state = "sending";
  draw();
  const session = await needSession();
  const { status } = session ? await event(session, { id: own.id, event: "message",
    text: own.text, ...(own.place ? { location: own.place } : {}) }) : { status: 0 };
  if (status === 401 || status === 403) kept.session = null; // the code died: a new one
  const isIn = status >= 200 && status < 300;
  const isRefused = status === 400 || status === 413 || status === 422;
  own.tries++;
  own.state = isIn ? "arrived" : isRefused ? "refused" : "waiting";
  keep();
  draw();
  if (isIn) void read();
  return isIn || isRefused;
}

function write(text: string, place: Place | null): void {
  kept.own.push({ id: uuid(), text, place, state: "waiting", tries: 0, atMs: Date.now() });
  keep();
  draw();
  byId("log").scrollTop = byId("log").scrollHeight;
  void pump();
}

// What the gateway shows instead of ours: the copy kept here goes.
function forgetOwn(fresh: Remote[]): void {
  for (const m of fresh) {
    if (m.direction !== "inbound") continue;
    const at = kept.own.findIndex((o) => o.state === "arrived" &&
      (o.text === m.body || (o.text === "" && m.kind === 1)));
    if (at >= 0) kept.own.splice(at, 1);
  }
}

let reading: Promise<void> | null = null, isReadAgain = false;

function read(): Promise<void> {
  if (reading) { isReadAgain = true; return reading; }
  reading = readOnce().finally(() => {
    reading = null;
    if (isReadAgain) { isReadAgain = false; void read(); }
  });
  return reading;
}

async function readOnce(): Promise<void> {
  const after = remote.at(-1)?.id;
  try {
    // Without a code there is only what the page says before anybody has written.
    const path = kept.session ? `messages${after ? `?after=${after}` : ""}` : "state";
    const response = await fetch(`${base}/${path}`, {
      headers: kept.session ? { "Koban-Chat-Code": kept.session.code } : {},
      cache: "no-store", credentials: "omit" });
    if (response.status === 401 && kept.session) { kept.session = null; keep(); return; }
    if (!response.ok) throw new Error("not now");
    const isFirst = !state;
    const fresh = (await response.json()) as State;
    state = fresh;
    const known = new Set(remote.map((m) => m.id));
    const added = (fresh.chat?.messages ?? []).filter((m) => !known.has(m.id));
    remote = [...remote, ...added];
    forgetOwn(added);
    keep();
    if (isFirst) drawWords(); else drawWho();
  } catch {
    if (!state) drawWho();
  }
  draw();
  confirm();
}

// The gateway learns what this page has shown to somebody, not merely received.
function confirm(): void {
  if (document.visibilityState !== "visible" || !kept.session) return;
  for (const m of remote) {
    if (m.direction !== "outbound" || kept.confirmed.includes(m.ref)) continue;
    kept.confirmed.push(m.ref);
    void event(kept.session, { id: uuid(), event: "delivered", message: m.ref })
      .then(({ status }) => {
        if (status >= 200 && status < 300) return;
        kept.confirmed = kept.confirmed.filter((ref) => ref !== m.ref);
      });
  }
  keep();
}

function tellPresence(present: boolean): void {
  if (kept.session && !isGone && isTold !== present) // first hidden, then left: once
    void event(kept.session, { id: uuid(), event: "presence", present: isTold = present }, true);
}

let stream: AbortController | null = null;

async function live(): Promise<void> {
  stream?.abort();
  const mine = stream = new AbortController();
  tellPresence(true);
  while (!mine.signal.aborted && kept.session && !isGone) {
    await follow(`${base}/events`, { "Koban-Chat-Code": kept.session.code }, mine.signal,
      () => { isLive = true; void read(); void pump(); },
      (e) => {
        if (e.name === "direct") showDirect(e.data);
        else if (e.name !== "hb") void read();
      });
    if (mine.signal.aborted) return;
    isLive = false;
    draw();
    await new Promise((resolve) => setTimeout(resolve, 2000 + Math.random() * 1000));
  }
}

// The database is away: the emergency's sentence comes by itself, once.
function showDirect(data: string): void {
  try {
    const { text } = JSON.parse(data) as { text: string };
    const id = `direct-${text}`;
    if (drawn.has(id)) return;
    remote.push({ id: remote.at(-1)?.id ?? "0", ref: id, direction: "outbound",
      by_officer: false, kind: 0, body: text, created_ms: Date.now() });
    kept.confirmed.push(id);
    byId("list").append(bubble("automatic", t("automatic"), text, ""));
    byId("log").hidden = false;
    remote.pop();
  } catch { /* not for us */ }
}

// --- what a person does --------------------------------------------------------------

// Goes away and clears what this page kept. What was sent stays with the police, the
// browser's history is the browser's: the note beside the button says so.
function leave(): void {
  isGone = true;
  stream?.abort();
  try { sessionStorage.removeItem(STORE); } catch { /* nothing was kept */ }
  kept = { tag: kept.tag, session: null, own: [], draft: "", confirmed: [] };
  byId<HTMLTextAreaElement>("text").value = "";
  document.body.hidden = true;
  document.title = "";
  location.replace(EXIT_URL);
}

function locate(): void {
  const problem = (words: string) => put("problem", words);
  if (!navigator.geolocation) { problem(t("locateFailed")); return; }
  put("state", t("locating"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      problem("");
      write("", { lat: coords.latitude, lon: coords.longitude, accuracy_m: coords.accuracy });
    },
    () => { problem(t("locateFailed")); drawState(); },
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 });
}

async function resume(code: string): Promise<void> {
  put("problem", "");
  const wanted = code.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "")
    .replace(/(.{4})(?=.)/g, "$1-");
  if (wanted === "") return;
  stream?.abort();
  const session = await needSession(wanted);
  if (!session) { put("problem", t("badCode")); if (kept.session) void live(); return; }
  remote = [];
  await read();
}

function start(): void {
  const language = byId<HTMLSelectElement>("language");
  for (const tag of tags) {
    const option = document.createElement("option");
    option.value = tag;
    option.textContent = names[tag];
    option.lang = sentAs[tag];
    language.append(option);
  }
  language.value = kept.tag;
  language.addEventListener("change", () => {
    kept.tag = language.value as Tag;
    keep();
    drawWords();
    draw();
  });
  const text = byId<HTMLTextAreaElement>("text");
  text.value = kept.draft;
  text.addEventListener("input", () => {
    kept.draft = text.value;
    keep();
    void needSession(); // ready before the words are
  });
  byId("form").addEventListener("submit", (e) => {
    e.preventDefault();
    if (text.value.trim() === "") return;
    write(text.value.trim(), null);
    text.value = kept.draft = "";
    keep();
    text.focus();
  });
  byId("locate").addEventListener("click", locate);
  byId("exit").addEventListener("click", leave);
  byId("resume-form").addEventListener("submit", (e) => {
    e.preventDefault();
    void resume(byId<HTMLInputElement>("resume-code").value);
  });
  let lastEscape = 0;
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || e.isComposing) return;
    if (Date.now() - lastEscape < 800) leave();
    lastEscape = Date.now();
  });
  document.addEventListener("visibilitychange", () => {
    const isShown = document.visibilityState === "visible";
    tellPresence(isShown);
    if (isShown) { void read(); void pump(); }
  });
  window.addEventListener("pagehide", () => tellPresence(false));
  window.addEventListener("online", () => { void pump(); void read(); });
  drawWords();
  draw();
  void read();
  void pump();
  if (kept.session) void live();
  // A proxy may swallow the stream: an open page is never older than this.
  setInterval(() => { if (document.visibilityState === "visible") void read(); }, POLL_MS);
}

start();
