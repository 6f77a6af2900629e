// SPDX-License-Identifier: Apache-2.0
//
// What the console knows, as signals. Written by live.ts, outbox.ts and desk.ts, read by
// the screens. Rows live in a plain map with a version signal, because 10,000 of them
// change one at a time.
import { computed, signal } from "@preact/signals";
import { isUnopened } from "./codes";
import type { Country } from "./api";
import type { Boot, DirectAlarm, Koban, Row, ThreadPage } from "./types";
import { language } from "./words";

export type Phase = "loading" | "sign_in" | "duty_start" | "desk";
export const phase = signal<Phase>("loading");
export const isLocked = signal(false);
export const boot = signal<Boot | null>(null);
export const country = signal<Country | null>(null);
// Rows shown are from the store of this browser, not from the gateway.
export const isFromCache = signal(false);
export const dataAsOfMs = signal(0);

// Gateway's clock minus ours, from hello and heartbeats.
export const serverOffsetMs = signal(0);
export const now = signal(Date.now()); // the gateway's time, each second
export function nowMs(): number {
  return Date.now() + serverOffsetMs.peek();
}
setInterval(() => { now.value = nowMs(); }, 1000);

export const rows = new Map<string, Row>();
export const rowsVersion = signal(0);

// Takes rows as newer only; a closed one stays in the map until it is left.
export function takeRows(list: Row[]): void {
  let isChanged = false;
  for (const row of list) {
    const old = rows.get(row.ref);
    if (old && old.version > row.version) continue;
    rows.set(row.ref, row);
    isChanged = true;
  }
  if (isChanged) rowsVersion.value++;
}

export function dropRow(ref: string): void {
  if (rows.delete(ref)) rowsVersion.value++;
}

export interface Alarm { ref: string; koban: number; rung: number; sinceMs: number }
export const alarms = signal<ReadonlyMap<string, Alarm>>(new Map());
export const directAlarms = signal<DirectAlarm[]>([]);
// Emergency text in a thread somebody opened already: told once, not rung.
export const chimed = signal<string>("");

export function setAlarm(ref: string, alarm: Alarm | null): void {
  const next = new Map(alarms.peek());
  if (alarm) next.set(ref, alarm);
  else if (!next.delete(ref)) return;
  alarms.value = next;
}

// The alarm to be opened first: worst, then oldest.
export const topAlarm = computed<Alarm | null>(() => {
  void rowsVersion.value;
  let best: Alarm | null = null;
  const rank = (a: Alarm) => [-(rows.get(a.ref)?.urgency ?? 3), a.sinceMs] as const;
  for (const alarm of alarms.value.values()) {
    if (!best) { best = alarm; continue; }
    const [u, s] = rank(alarm), [bu, bs] = rank(best);
    if (u < bu || (u === bu && s < bs)) best = alarm;
  }
  return best;
});

export const alarmCount = computed(() => alarms.value.size + directAlarms.value.length);

// Whether an unopened emergency known only from its row rings at this console. Event
// "alarm" says so by itself; this is for rows that were there before the stream.
export function ringsHere(row: Row): boolean {
  if (!isUnopened(row)) return false;
  const me = boot.peek()?.me, duty = boot.peek()?.duty;
  if (!me) return false;
  if (me.role === "officer" || row.koban === (duty?.koban ?? me.koban)) return true;
  return row.rung >= 3 || row.is_surge;
}

export type LinkState = "live" | "stale" | "reconnecting" | "offline";
export const link = signal<{ state: LinkState; sinceMs: number; lagMs: number }>(
  { state: "reconnecting", sinceMs: Date.now(), lagMs: 0 });

// A top-level part of the console (sections.ts).
export type SectionId = "queue" | "alerts" | "admin";
export const section = signal<SectionId>("queue");

export const selected = signal<string | null>(null); // in the queue
export const openRef = signal<string | null>(null);
export const page = signal<ThreadPage | null>(null);
export const hasOlder = signal(false); // of the thread on the screen
export const pageProblem = signal<string>("");
export const filter = signal("");
export const kobanFilter = signal(0); // 0: all in scope
// A drawer where there is no room beside the thread: closed until it is asked for.
export const isCardOpen = signal(
  typeof matchMedia !== "function" || matchMedia("(min-width: 1100px)").matches);
export const isSearching = signal(false);
export const searchRows = signal<Row[] | null>(null);

export type Sound = "off" | "blocked" | "on";
export const sound = signal<Sound>("off");

export type DialogName =
  | "close" | "transfer" | "wait" | "escalate" | "manner" | "help" | "palette"
  | "duty_end" | "settings" | "collision" | "alert_refuse" | "alert_stop" | "alert_glass"
  | "alert_delete"
  | "visit";
export const dialog = signal<DialogName | null>(null);
export const toast = signal<{ text: string; isProblem: boolean; undo?: () => void } | null>(
  null);
export const composerMode = signal<"reply" | "note">("reply");

// Spoken by screen readers: messages politely, emergencies at once.
export const politeWords = signal("");
export const urgentWords = signal("");

let toastTimer = 0;
export function say(text: string, isProblem = false, undo?: () => void): void {
  toast.value = undo ? { text, isProblem, undo } : { text, isProblem };
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => { toast.value = null; }, isProblem ? 8000 : 4000);
}

export function kobanById(id: number): Koban | undefined {
  return boot.value?.kobans.find((k) => k.id === id);
}

export function kobanName(id: number): string {
  const koban = kobanById(id);
  if (!koban) return `#${id}`;
  const named = { ja: koban.name_ja, id: koban.name_id, en: koban.name_en }[language.value];
  return named || koban.name;
}

export function zoneOf(area: number): string {
  const all = boot.value?.areas ?? [];
  return (all.find((a) => a.id === area) ?? all[0])?.time_zone ?? "UTC";
}

export const homeZone = computed(() => zoneOf(boot.value?.me.area ?? 0));

export function isReader(): boolean {
  return boot.value?.me.role === "reader";
}
