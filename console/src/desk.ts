// SPDX-License-Identifier: Apache-2.0
//
// The officer's desk from sign-in to sign-out: start, duty, lock. What is done with threads
// is in threads.ts and commands.ts, what the stream says in stream.ts; the screens call
// them through here.
import { forgetAdmin } from "./admin";
import { api, ApiError } from "./api";
import { askNotifications, expectSound, startAlarm, unlockSound } from "./alarm";
import { wipeAlertDrafts } from "./alertDraft";
import { forgetAlerts, isRead, readAlerts } from "./alerts";
import { takeBoot } from "./boot";
import { refused, settled } from "./commands";
import { wipeDrafts } from "./drafts";
import * as live from "./live";
import { hurryOutbox, leadOutbox, outbox, startOutbox, wipeOutbox } from "./outbox";
import { prefs, setPrefs } from "./prefs";
import { outOfSession, setLocked, signedIn, startSession } from "./session";
import { readPicture, wipePicture } from "./shell";
import * as s from "./store";
import { onDirect, onEvent } from "./stream";
import { refreshOpen } from "./threads";
import { forgetVisit } from "./visit";
import { t } from "./words";

export { command, editRefused, onReturned, sendWords } from "./commands";
export { readDirect } from "./stream";
export { leaveThread, noteSeen, openThread, readOlder, refreshOpen, search } from "./threads";

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
  void readAlerts();
}

function beginLive(): void {
  live.startLive({ onEvent, onDirect, onReset: () => void reset(), onBack }, leadOutbox);
}

async function reset(): Promise<void> {
  try {
    await takeBoot(true);
    await refreshOpen();
    void readAlerts();
  } catch { /* the next event or reconnect tries again */ }
}

async function afterUnlock(): Promise<void> {
  const isFirst = s.boot.peek() === null;
  try {
    await takeBoot(false);
    if (isFirst) await enter();
    else if (!isRead.peek()) void readAlerts();
  } catch { /* the banner tells */ }
  hurryOutbox();
  await refreshOpen();
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
  forgetAlerts();
  forgetVisit();
  forgetAdmin();
  void wipePicture();
}

function onBack(): void {
  hurryOutbox();
  if (s.isFromCache.peek()) void reset();
  else if (!isRead.peek()) void readAlerts();
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
  // The session has ended with the shift. Drafts and unsent words wait for the next.
  outOfSession();
}

export async function signOut(): Promise<void> {
  // From a locked screen: whoever left it stays on duty, on patrol perhaps.
  if (s.boot.peek()?.duty && !window.confirm(t("sign_out_on_duty"))) return;
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
  await wipeAlertDrafts();
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
