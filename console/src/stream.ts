// SPDX-License-Identifier: Apache-2.0
//
// What the stream says, put into the store: alarms at once, rows as soon as they are read,
// the first alone and what comes meanwhile together. A section that lives by events of its
// own hears them here.
import { channelChanged } from "./admin";
import { chime } from "./alarm";
import { wantAlert } from "./alerts";
import { api } from "./api";
import { picture, takeBoot } from "./boot";
import { isUnopened } from "./codes";
import * as s from "./store";
import { noteAlarm, refreshOpen } from "./threads";
import type { DirectAlarm, LiveEvent, Row } from "./types";
import { t } from "./words";

const wanted = new Map<number, Set<string>>(); // area -> threads whose rows changed
let fetchTimer = 0;

export function onEvent(event: LiveEvent): void {
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
  case "alert": wantAlert(event.area, event.thread); return;
  case "alarm_end": s.setAlarm(ref, null); break;
  case "chime": chime(); s.politeWords.value = t("chime_spoken"); break;
  case "attention": chime(); askStillOnTheWay(ref); break;
  case "duty": if (event.urgency >= 3) tellNoConsole(event.koban); break;
  default: break;
  }
  if (hasThread) want(event.area, event.thread);
  else if (event.kind === "channel" || event.kind === "duty") bootSoon();
  if (event.kind === "channel") channelChanged();
}

// A staffed koban without a live console: its supervisor hears it at once; the strip stays.
function tellNoConsole(koban: number): void {
  if (s.boot.peek()?.me.role !== "supervisor") return;
  chime();
  s.urgentWords.value = koban ? t("no_console", { koban: s.kobanName(koban) })
    : t("no_console_some");
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

// It comes again when the alarm widens; whoever has read it is not rung again.
const directRead = new Set<string>();

export function onDirect(alarm: DirectAlarm): void {
  if (directRead.has(alarm.key)) return;
  if (s.directAlarms.peek().some((a) => a.key === alarm.key)) return;
  s.directAlarms.value = [...s.directAlarms.peek(), alarm];
}

// Read by a person: the words stay on the screen until then, and it rings until then.
export function readDirect(key: string): void {
  directRead.add(key);
  s.directAlarms.value = s.directAlarms.peek().filter((a) => a.key !== key);
}
