// SPDX-License-Identifier: Apache-2.0
//
// What the officer does and what the stream says, put into the store: boot, open a
// thread, send a command, follow events. The screens call these and draw nothing else.
import { api, ApiError } from "./api";
import { askNotifications, chime, expectSound, startAlarm, unlockSound } from "./alarm";
import { isUnopened } from "./codes";
import { dropDraft, wipeDrafts } from "./drafts";
import * as live from "./live";
import { hurryOutbox, leadOutbox, outbox, post, startOutbox, takeBack, wipeOutbox }
  from "./outbox";
import type { Entry } from "./outbox";
import { prefs, setPrefs } from "./prefs";
import { outOfSession, setLocked, signedIn, startSession } from "./session";
import { keepPicture, readPicture, wipePicture } from "./shell";
import * as s from "./store";
import type { CommandBody, CommandName, DirectAlarm, LiveEvent, Row } from "./types";
import { uuid } from "./uuid";
import { t } from "./words";

const HOLD_MS = 3000; // undo of a send; none in an emergency

// --- start -------------------------------------------------------------------------

export async function start(): Promise<void> {
  startAlarm();
  startSession({ out: clearDesk, unlocked: () => void afterUnlock(),
    signedIn: () => void begin() });
  await begin();
}

async function begin(): Promise<void> {
  const picture = await readPicture();
  if (picture) live.setPositions(live.readPositionsObject(picture.after));
  try {
    await takeBoot(false);
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 401) { s.phase.value = "sign_in"; return; }
    if (!picture) {
      s.phase.value = "sign_in";
      if (status === 423) { s.boot.value = null; s.phase.value = "desk"; beginLive(); }
      return;
    }
    // Locked, or the link is down: the last picture, marked as old (or hidden).
    s.boot.value = picture.boot;
    s.takeRows(picture.rows);
    s.isFromCache.value = true;
    s.dataAsOfMs.value = picture.atMs;
    if (status !== 423) s.link.value = { state: "offline", sinceMs: Date.now(), lagMs: 0 };
  }
  await enter();
}

async function enter(): Promise<void> {
  const boot = s.boot.peek();
  if (!boot) return;
  await startOutbox(boot.me.id, settled, refused);
  if (boot.duty) { s.phase.value = "desk"; expectSound(); }
  else if (s.phase.peek() !== "desk") s.phase.value = "duty_start";
  beginLive();
  void api.country().then((c) => { s.country.value = c; }).catch(() => {});
}

function beginLive(): void {
  live.startLive({ onEvent, onDirect, onReset: () => void reset(), onBack }, leadOutbox);
}

// Everything again: at start, after `reset`, after an unlock.
async function takeBoot(isReset: boolean): Promise<void> {
  const boot = await api.boot();
  const listed = new Set(boot.threads.map((row) => row.ref));
  for (const ref of [...s.rows.keys()])
    if (!listed.has(ref) && ref !== s.openRef.peek()) s.rows.delete(ref);
  s.boot.value = boot;
  s.serverOffsetMs.value = boot.server_ms - Date.now();
  live.setPositions(boot.positions, isReset);
  s.takeRows(boot.threads);
  s.rowsVersion.value++;
  const alarms = new Map<string, s.Alarm>();
  for (const row of boot.threads) {
    const rung = s.alarms.peek().get(row.ref)?.rung ?? Math.max(0, row.rung - 1);
    if (s.ringsHere(row) || (isUnopened(row) && s.alarms.peek().has(row.ref)))
      alarms.set(row.ref, { ref: row.ref, koban: row.koban, rung, sinceMs: row.opened_ms });
  }
  s.alarms.value = alarms;
  s.isFromCache.value = false;
  s.dataAsOfMs.value = boot.server_ms;
  picture();
}

async function reset(): Promise<void> {
  try {
    await takeBoot(true);
    await refreshOpen();
  } catch { /* the next event or reconnect tries again */ }
}

async function afterUnlock(): Promise<void> {
  const isFirst = s.boot.peek() === null;
  try {
    await takeBoot(false);
    if (isFirst) await enter();
  } catch { /* the banner tells */ }
  hurryOutbox();
  await refreshOpen();
}

function picture(): void {
  const boot = s.boot.peek();
  if (!boot || s.isLocked.peek()) return;
  keepPicture(() => ({ boot: s.boot.peek() ?? boot, rows: [...s.rows.values()].slice(0, 500),
    after: live.afterText(), atMs: s.nowMs() }));
}

function clearDesk(): void {
  live.stopLive();
  s.boot.value = null;
  s.rows.clear();
  s.rowsVersion.value++;
  s.alarms.value = new Map();
  s.directAlarms.value = [];
  s.openRef.value = s.selected.value = null;
  s.page.value = null;
  s.dialog.value = null;
  s.searchRows.value = null;
  void wipePicture();
}

// --- the stream --------------------------------------------------------------------

const wanted = new Map<number, Set<string>>(); // area -> threads whose rows changed
let fetchTimer = 0;

function onEvent(event: LiveEvent): void {
  const ref = `${event.area}-${event.thread}`;
  const hasThread = event.thread !== "" && event.thread !== "0";
  switch (event.kind) {
  case "alarm":
  case "surge": {
    const old = s.alarms.peek().get(ref);
    s.setAlarm(ref, { ref, koban: event.koban || s.rows.get(ref)?.koban || 0,
      rung: event.kind === "alarm" ? Math.max(event.urgency, old?.rung ?? 0) : 0,
      sinceMs: old?.sinceMs ?? s.nowMs() });
    break;
  }
  case "alarm_end": s.setAlarm(ref, null); break;
  case "chime": chime(); s.politeWords.value = t("chime_spoken"); break;
  case "attention": chime(); askStillOnTheWay(ref); break;
  default: break;
  }
  if (hasThread) want(event.area, event.thread);
  else if (event.kind === "channel" || event.kind === "duty") bootSoon();
}

// "On the way" is asked about after ten minutes, of whoever said it.
function askStillOnTheWay(ref: string): void {
  const row = s.rows.get(ref);
  if (row?.status !== "on_the_way" || row.acknowledged_ms === 0) return;
  if (row.claimed_by?.id === s.boot.peek()?.me.id)
    s.say(t("still_on_the_way", { number: row.number }), true);
}

let bootTimer = 0;
function bootSoon(): void {
  if (bootTimer || s.isLocked.peek()) return;
  bootTimer = window.setTimeout(() => {
    bootTimer = 0;
    void takeBoot(false).catch(() => {});
  }, 500);
}

function want(area: number, thread: string): void {
  if (s.isLocked.peek()) return; // the unlock reads everything
  let set = wanted.get(area);
  if (!set) wanted.set(area, set = new Set());
  set.add(thread);
  // The first at once, what comes while it runs together.
  if (!fetchTimer) fetchTimer = window.setTimeout(() => void fetchWanted(), 0);
}

async function fetchWanted(): Promise<void> {
  const work = [...wanted].map(([area, ids]) => [area, [...ids].slice(0, 100)] as const);
  for (const [area, ids] of work) for (const id of ids) wanted.get(area)?.delete(id);
  const open = s.openRef.peek();
  const isOpenChanged = work.some(([area, ids]) => ids.some((id) => `${area}-${id}` === open));
  try {
    await Promise.all([
      ...work.filter(([, ids]) => ids.length > 0).map(async ([area, ids]) => {
        const answer = await api.rows(area, ids);
        arrived(area, ids, answer.rows);
      }),
      ...(isOpenChanged ? [refreshOpen()] : []),
    ]);
  } catch {
    // The link is gone or the database is away: nothing is forgotten.
    for (const [area, ids] of work)
      for (const id of ids) wanted.get(area)?.add(id);
    fetchTimer = window.setTimeout(() => void fetchWanted(), 2000);
    return;
  }
  const isMore = [...wanted.values()].some((ids) => ids.size > 0);
  fetchTimer = isMore ? window.setTimeout(() => void fetchWanted(), 0) : 0;
}

function arrived(area: number, ids: string[], list: Row[]): void {
  for (const row of list) {
    const old = s.rows.get(row.ref);
    const isNew = row.unseen && row.last_inbound_ms > (old?.last_inbound_ms ?? 0);
    if (isNew && !isUnopened(row)) {
      chime();
      s.politeWords.value = t("message_spoken", { koban: s.kobanName(row.koban) });
    }
    noteAlarm(row);
  }
  s.takeRows(list);
  s.dataAsOfMs.value = s.nowMs();
  // A row that does not come back is no longer ours to see. Its alarm goes on until
  // somebody opens it: an alarm that came by the stream is never dropped silently.
  const back = new Set(list.map((row) => row.ref));
  for (const id of ids) if (!back.has(`${area}-${id}`)) s.dropRow(`${area}-${id}`);
  picture();
}

// What a row says about its alarm: opened ends it, unopened starts it where it rings.
function noteAlarm(row: Row): void {
  const old = s.alarms.peek().get(row.ref);
  if (!isUnopened(row)) { if (old) s.setAlarm(row.ref, null); return; }
  if (!old && s.ringsHere(row))
    s.setAlarm(row.ref, { ref: row.ref, koban: row.koban, rung: Math.max(0, row.rung - 1),
      sinceMs: row.opened_ms });
}

// It comes again when the alarm widens; whoever has read it is not rung again.
const directRead = new Set<string>();

function onDirect(alarm: DirectAlarm): void {
  if (directRead.has(alarm.key)) return;
  if (s.directAlarms.peek().some((a) => a.key === alarm.key)) return;
  s.directAlarms.value = [...s.directAlarms.peek(), alarm];
}

// Read by a person: the words stay on the screen until then, and it rings until then.
export function readDirect(key: string): void {
  directRead.add(key);
  s.directAlarms.value = s.directAlarms.peek().filter((a) => a.key !== key);
}

function onBack(): void {
  hurryOutbox();
  if (s.isFromCache.peek()) void reset();
}

// --- threads -----------------------------------------------------------------------

export function threadIsEmergency(ref: string): boolean {
  return s.rows.get(ref)?.intent === "emergency";
}

// Shows a thread. To open is to acknowledge: the gateway is told at once, not through
// the outbox, because what the resident hears of it must be true now.
export async function openThread(ref: string): Promise<void> {
  s.selected.value = ref;
  s.openRef.value = ref;
  if (s.page.peek()?.thread.ref !== ref) s.page.value = null;
  s.pageProblem.value = "";
  s.composerMode.value = "reply";
  if (location.hash !== `#t=${ref}`) history.pushState(null, "", `#t=${ref}`);
  await Promise.all([refreshOpen(), acknowledge(ref)]);
  requestAnimationFrame(() => focusFrom("thread-title"));
}

// Moves the focus on, unless a person has put it somewhere meanwhile.
function focusFrom(id: string): void {
  const at = document.activeElement;
  const isFree = !at || at === document.body || at.matches("#queue, .alarm-open, h2");
  if (isFree) document.getElementById(id)?.focus({ preventScroll: true });
}

export function leaveThread(): void {
  const ref = s.openRef.peek();
  s.openRef.value = null;
  s.page.value = null;
  if (ref && s.rows.get(ref)?.state === "closed") s.dropRow(ref);
  if (location.hash !== "") history.pushState(null, "", location.pathname);
  requestAnimationFrame(() => focusFrom("queue"));
}

async function acknowledge(ref: string): Promise<void> {
  const row = s.rows.get(ref);
  if (s.isReader() || row?.state === "closed") return;
  const needs = !row || row.acknowledged_ms === 0 || row.unseen;
  if (!needs) return;
  const seen = s.page.peek()?.messages.at(-1)?.id ?? "0";
  try {
    const answer = await api.command(ref, "open", { client_id: uuid(), seen });
    if (answer.thread) takeRow(answer.thread);
    s.setAlarm(ref, null);
  } catch (error) {
    const isPassing = error instanceof ApiError && error.isPassing;
    s.say(isPassing ? t("open_failed_link") : t("open_failed"), true);
  }
}

function takeRow(row: Row): void {
  s.takeRows([row]);
  noteAlarm(row);
  const page = s.page.peek();
  if (page && page.thread.ref === row.ref && page.thread.version <= row.version)
    s.page.value = { ...page, thread: row };
}

let openRun = 0;
export async function refreshOpen(): Promise<void> {
  const ref = s.openRef.peek();
  if (!ref || s.isLocked.peek()) return;
  const run = ++openRun;
  try {
    const page = await api.thread(ref);
    if (run !== openRun || s.openRef.peek() !== ref) return;
    const older = s.page.peek();
    // Pages of the past that were read stay before the newest one.
    if (older && older.thread.ref === ref && page.messages[0]) {
      const first = BigInt(page.messages[0].id);
      page.messages = [...older.messages.filter((m) => BigInt(m.id) < first),
        ...page.messages];
    }
    s.page.value = page;
    takeRow(page.thread);
  } catch (error) {
    if (s.openRef.peek() !== ref) return;
    const code = error instanceof ApiError ? error.code : "";
    s.pageProblem.value = code === "not_found" ? t("thread_not_visible") : t("no_link");
  }
}

export async function readOlder(): Promise<void> {
  const page = s.page.peek();
  const first = page?.messages[0]?.id;
  if (!page || !first) return;
  try {
    const more = await api.thread(page.thread.ref, first);
    const now = s.page.peek();
    if (now?.thread.ref !== page.thread.ref) return;
    s.page.value = { ...now, messages: [...more.messages, ...now.messages] };
    if (more.messages.length === 0) s.say(t("no_older"));
  } catch { s.say(t("no_link"), true); }
}

// A new message of the resident while the thread is open on this screen and seen by a
// person (the page is visible): the gateway learns that it was seen.
export function noteSeen(): void {
  const ref = s.openRef.peek();
  if (!ref || document.visibilityState !== "visible" || s.isLocked.peek()) return;
  const row = s.rows.get(ref);
  if (row && row.unseen && row.acknowledged_ms > 0) void acknowledge(ref);
}

// --- commands ----------------------------------------------------------------------

export async function command(name: CommandName, body: Omit<CommandBody, "client_id"> = {},
  ref = s.openRef.peek()): Promise<void> {
  if (!ref || s.isReader()) return;
  const seen = s.page.peek()?.messages.at(-1)?.id;
  const isEmergency = threadIsEmergency(ref);
  const holdMs = name === "reply" && !isEmergency ? HOLD_MS : 0;
  const entry = await post(ref, name, { ...(seen ? { seen } : {}), ...body },
    { isEmergency, holdMs });
  if (holdMs) {
    s.say(t("sending_in_3s"), false, () => void undo(entry));
  }
}

async function undo(entry: Entry): Promise<void> {
  const back = await takeBack(entry.id);
  if (!back) { s.say(t("undo_too_late"), true); return; }
  s.toast.value = null;
  returned.forEach((f) => f(back));
}

// The composer of the thread takes words that came back.
const returned = new Set<(entry: Entry) => void>();
export function onReturned(f: (entry: Entry) => void): () => void {
  returned.add(f);
  return () => returned.delete(f);
}

export async function editRefused(entry: Entry): Promise<void> {
  const back = await takeBack(entry.id);
  if (back && (back.command === "reply" || back.command === "note"))
    returned.forEach((f) => f(back));
}

function settled(entry: Entry, row: Row | undefined): void {
  if (row) takeRow(row);
  if (entry.command === "close") {
    s.say(t("closed_done"));
    if (s.openRef.peek() === entry.ref) leaveThread();
    s.dropRow(entry.ref);
    return;
  }
  if (entry.ref === s.openRef.peek()) void refreshOpen();
}

function refused(entry: Entry): void {
  void refreshOpen();
  if (entry.ref === s.openRef.peek()) s.dialog.value = "collision";
  else s.say(t("refused_elsewhere"), true);
}

export async function sendWords(text: string, mode: "reply" | "note"): Promise<void> {
  const ref = s.openRef.peek(), me = s.boot.peek()?.me;
  if (!ref || !me || text.trim() === "") return;
  await command(mode === "note" ? "note" : "reply", { text });
  await dropDraft(me.id, ref);
}

// --- duty and session --------------------------------------------------------------

export async function signIn(login: string, password: string, totp: string): Promise<void> {
  await api.signIn(login, password, totp);
  signedIn();
  await begin();
}

export async function startDuty(koban: number, heard: boolean): Promise<void> {
  const role = s.boot.peek()?.me.role ?? "officer";
  await api.dutyStart(koban, role, heard);
  setPrefs({ hasHeard: heard });
  live.reportSound(heard);
  await takeBoot(false);
  s.phase.value = "desk";
  expectSound();
  void askNotifications();
}

// The queue without being on duty: it does not ring for whoever only looks.
export function lookOnly(): void {
  s.phase.value = "desk";
}

export function soundIsOn(): void {
  if (s.boot.peek()?.duty && prefs.peek().hasHeard) live.reportSound(true);
}

export async function hearTest(): Promise<boolean> {
  return unlockSound();
}

export async function endDuty(notes: { thread: string; text: string; back: boolean }[],
): Promise<void> {
  await api.dutyEnd(notes);
  s.dialog.value = null;
  live.reportSound(false);
  await takeBoot(false);
  s.openRef.value = null;
  s.phase.value = "duty_start";
}

export async function signOut(): Promise<void> {
  const unsent = outbox.peek().length;
  // Signing out wipes this machine: words nobody has got yet would be lost.
  if (unsent > 0 && !window.confirm(t("sign_out_unsent", { n: unsent }))) return;
  try { await api.signOut(); } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) {
      s.say(t("sign_out_failed"), true);
      return;
    }
  }
  await wipeOutbox();
  await wipeDrafts();
  outOfSession();
}

export async function lock(): Promise<void> {
  if (s.phase.peek() !== "desk" && s.phase.peek() !== "duty_start") return;
  // Hidden first; the gateway's lock follows, or is asked again by the next request.
  setLocked(true);
  try { await api.lock(); } catch { /* the screen is hidden all the same */ }
}

export async function unlock(password: string): Promise<void> {
  await api.unlock(password);
  setLocked(false);
}

export async function search(query: string): Promise<void> {
  if (query.trim().length < 2) { s.searchRows.value = null; return; }
  try {
    const answer = await api.search(query.trim());
    s.searchRows.value = answer.rows;
    s.takeRows(answer.rows);
  } catch { s.say(t("no_link"), true); }
}
