// SPDX-License-Identifier: Apache-2.0
//
// Alerts as this console knows them: read whole when the desk opens, then one by one as
// events speak of them; what waits for this officer; how fast one goes out.
import { computed, signal } from "@preact/signals";
import { chime } from "./alarm";
import { showAddress } from "./address";
import { api, ApiError } from "./api";
import * as s from "./store";
import type { Alert, AlertAction, AlertPreview, MapKoban, VolunteerGroup } from "./types";
import { refusedText, t } from "./words";

export const alerts = signal<ReadonlyMap<string, Alert>>(new Map());
export const groups = signal<VolunteerGroup[]>([]);
export const map = signal<MapKoban[]>([]);
export const isRead = signal(false);
// What is on the screen: nothing, an alert, or the composer ("new", "edit-1-2", ...).
export const place = signal("");
export const preview = signal<{ ref: string; what: AlertPreview } | null>(null);
export const isBusy = signal(false);

export const list = computed(() => [...alerts.value.values()]
  .sort((a, b) => b.created_ms - a.created_ms || b.number - a.number));
export const open = computed(() => alerts.value.get(place.value) ?? null);

export function isMine(alert: Alert): boolean {
  return alert.author.id === s.boot.value?.me.id;
}

// Those this officer may decide on.
export const waiting = computed(() => s.isReader() ? []
  : list.value.filter((a) => a.state === "awaiting" && !isMine(a)));

// ---- what a supervisor has not looked at yet of alerts nobody else approved

const SEEN = "koban-glass-seen", GLASS_MS = 24 * 3600_000;
const seen = signal<string[]>(readSeen());
function readSeen(): string[] {
  try { return JSON.parse(localStorage.getItem(SEEN) ?? "[]") as string[]; } catch { return []; }
}
export const glass = computed(() => {
  const me = s.boot.value?.me;
  if (me?.role !== "supervisor" && me?.role !== "admin") return [];
  return list.value.filter((a) => a.break_glass && a.approver?.id !== me.id &&
    (a.approved_ms ?? 0) > s.now.value - GLASS_MS && !seen.value.includes(a.ref));
});
function look(alert: Alert): void {
  if (!alert.break_glass || seen.peek().includes(alert.ref)) return;
  seen.value = [...seen.peek(), alert.ref].slice(-100);
  try { localStorage.setItem(SEEN, JSON.stringify(seen.peek())); } catch { /* told again */ }
}

// ---- reading

// The rate of one alert: what was done when, of the last half minute.
const samples = new Map<string, { ms: number; done: number }[]>();
const RATE_MS = 30_000;

export function doneOf(alert: Alert): number {
  return alert.progress.reduce((n, p) =>
    p.state === "queued" || p.state === "sending" ? n : n + p.count, 0);
}
export function totalOf(alert: Alert): number {
  const known = alert.progress.reduce((n, p) => n + p.count, 0);
  return alert.queued_all ? known : Math.max(known, alert.audience);
}

function sample(alert: Alert): void {
  if (alert.state !== "sending") { samples.delete(alert.ref); return; }
  const ms = s.nowMs();
  const old = samples.get(alert.ref) ?? [{ ms: alert.started_ms ?? ms, done: 0 }];
  const recent = old.filter((x, i) => x.ms > ms - RATE_MS || i === old.length - 1);
  samples.set(alert.ref, [...recent, { ms, done: doneOf(alert) }]);
}

// People a second, and seconds that remain; null while nothing can be said.
export function rateOf(alert: Alert): { rate: number; seconds: number } | null {
  const all = samples.get(alert.ref) ?? [];
  const first = all[0], last = all.at(-1);
  if (!first || !last || last.ms - first.ms < 500 || last.done <= first.done) return null;
  const rate = (last.done - first.done) * 1000 / (last.ms - first.ms);
  return { rate, seconds: (totalOf(alert) - doneOf(alert)) / rate };
}

function take(rows: Alert[]): void {
  const next = new Map(alerts.peek());
  for (const row of rows) {
    const old = next.get(row.ref);
    if (old && old.version > row.version) continue;
    next.set(row.ref, row);
    sample(row);
  }
  alerts.value = next;
}

function drop(ref: string): void {
  const next = new Map(alerts.peek());
  if (next.delete(ref)) alerts.value = next;
}

// Waits for me, or was sent without a second officer: said once, when it comes.
function tell(rows: Alert[], before: ReadonlyMap<string, Alert>): void {
  for (const row of rows) {
    const old = before.get(row.ref);
    if (row.state === "awaiting" && (old?.state !== "awaiting" || old.version !== row.version)
      && waiting.peek().some((a) => a.ref === row.ref))
      s.politeWords.value = t("alert_waits_spoken", { number: row.number });
    if (row.break_glass && !old?.break_glass && glass.peek().some((a) => a.ref === row.ref)) {
      chime();
      s.urgentWords.value = t("alert_glass_told", { number: row.number,
        name: row.approver?.name ?? "" });
    }
  }
}

export async function readAlerts(): Promise<boolean> {
  try {
    const all = await api.alerts();
    const refs = new Set(all.alerts.map((a) => a.ref));
    for (const ref of alerts.peek().keys()) if (!refs.has(ref)) drop(ref);
    take(all.alerts);
    groups.value = all.groups;
    isRead.value = true;
    if (map.peek().length === 0) map.value = (await api.map()).kobans;
    return true;
  } catch { return false; /* the section says so, and asks again */ }
}

export function forgetAlerts(): void {
  alerts.value = new Map();
  groups.value = [];
  map.value = [];
  isRead.value = false;
  place.value = "";
  preview.value = null;
}

// ---- events: together, at most twice a second; seldom while nobody looks

const wanted = new Map<number, Set<string>>();
let timer = 0;
export function wantAlert(area: number, id: string): void {
  if (s.isLocked.peek()) return;
  const set = wanted.get(area) ?? new Set<string>();
  wanted.set(area, set.add(id));
  timer ||= window.setTimeout(() => void fetchWanted(),
    alerts.peek().get(`${area}-${id}`)?.state === "sending" &&
    s.section.peek() !== "alerts" ? 5000 : 500);
}

async function fetchWanted(): Promise<void> {
  timer = 0;
  const work = [...wanted];
  wanted.clear();
  for (const [area, ids] of work) {
    try {
      // No alert by itself: the list, or the groups.
      if (ids.delete("0") && !await readAlerts()) wantAlert(area, "0");
      const asked = [...ids].slice(0, 100);
      for (const id of [...ids].slice(100)) wantAlert(area, id);
      if (asked.length === 0) continue;
      const { alerts: rows } = await api.alertRows(area, asked);
      const before = alerts.peek();
      take(rows);
      for (const id of asked) // a draft that was deleted
        if (!rows.some((row) => row.id === id)) drop(`${area}-${id}`);
      tell(rows, before);
    } catch {
      for (const id of ids) wantAlert(area, id);
    }
  }
}

// ---- going about

export function goAlert(where: string): void {
  s.section.value = "alerts";
  followAlert(where);
  showAddress("alerts", where);
}

export function followAlert(where: string): void {
  place.value = where;
  if (!isRead.peek()) void readAlerts().then(() => arrive(where));
  else arrive(where);
}

function arrive(where: string): void {
  const alert = alerts.peek().get(where);
  if (!alert || place.peek() !== where) return;
  look(alert);
  // To read is on record; the preview is as of now.
  void api.alert(where).then((row) => take([row])).catch(() => {});
  if (alert.state === "draft" || alert.state === "awaiting") void readPreview(where);
  requestAnimationFrame(() => document.getElementById("alert-title")?.focus());
}

export async function readPreview(ref: string): Promise<AlertPreview | null> {
  try {
    const what = await api.alertPreview(ref);
    preview.value = { ref, what };
    return what;
  } catch { return null; }
}

// ---- doing

export async function doAlert(alert: Alert, action: AlertAction,
  body: Parameters<typeof api.alertAct>[2] = {}): Promise<boolean> {
  if (isBusy.peek()) return false;
  isBusy.value = true;
  try {
    const row = await api.alertAct(alert.ref, action, { version: alert.version, ...body });
    if (action === "delete") {
      drop(row.ref);
      goAlert("");
    } else take([row]);
    // What was done is seen at the top.
    requestAnimationFrame(() => document.getElementById("alert-title")?.focus());
    return true;
  } catch (error) {
    const code = error instanceof ApiError ? error.code : "";
    s.say(code === "no_link" || code === "" ? t("no_link") : code === "conflict"
      ? t("alert_changed") : refusedText(code), true);
    if (code === "conflict") void readAlerts().then(() => arrive(alert.ref));
    return false;
  } finally {
    isBusy.value = false;
  }
}

export function takeAlert(row: Alert): void {
  take([row]);
}

export function topicName(id: number, tag: string): string {
  const topic = s.country.value?.topics.find((one) => one.id === id);
  return topic?.names[tag] ?? topic?.names["ja"] ?? (id === 0 ? t("alert_topic_all") : `#${id}`);
}
