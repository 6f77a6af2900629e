// SPDX-License-Identifier: Apache-2.0
//
// The thread on the screen: opened (which acknowledges it), read, left; and the search for
// others. What a row says about its alarm is decided here.
import { showAddress } from "./address";
import { api, ApiError } from "./api";
import { isUnopened } from "./codes";
import * as s from "./store";
import type { Row } from "./types";
import { uuid } from "./uuid";
import { t } from "./words";

export function threadIsEmergency(ref: string): boolean {
  return s.rows.get(ref)?.intent === "emergency";
}

const PAGE = 200; // messages of one answer

// Shows a thread. To open is to acknowledge: the gateway is told at once, not through
// the outbox, because what the resident hears of it must be true now.
export async function openThread(ref: string): Promise<void> {
  s.section.value = "queue";
  s.selected.value = ref;
  s.openRef.value = ref;
  if (s.page.peek()?.thread.ref !== ref) {
    s.page.value = null;
    s.composerMode.value = "reply"; // opened again, a note that is being written stays one
  }
  s.pageProblem.value = "";
  showAddress("queue", ref);
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
  if (s.section.peek() === "queue") showAddress("queue", "");
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

export function takeRow(row: Row): void {
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
    if (older?.thread.ref !== ref) s.hasOlder.value = page.messages.length >= PAGE;
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
    s.hasOlder.value = more.messages.length >= PAGE;
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

// What a row says about its alarm: opened ends it, unopened starts it where it rings.
export function noteAlarm(row: Row): void {
  const old = s.alarms.peek().get(row.ref);
  if (!isUnopened(row)) { if (old) s.setAlarm(row.ref, null); return; }
  if (!old && s.ringsHere(row))
    s.setAlarm(row.ref, { ref: row.ref, koban: row.koban, rung: Math.max(0, row.rung - 1),
      sinceMs: row.opened_ms });
}

export async function search(query: string): Promise<void> {
  if (query.trim().length < 2) { s.searchRows.value = null; return; }
  try {
    const answer = await api.search(query.trim());
    s.searchRows.value = answer.rows;
    s.takeRows(answer.rows);
  } catch { s.say(t("no_link"), true); }
}
