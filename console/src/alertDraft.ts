// SPDX-License-Identifier: Apache-2.0
//
// The words of an alert that is being written: kept in this browser while they are typed,
// by officer and place ("new", "edit-1-2", "correct-1-2", "clear-1-2"), and with the gateway
// when a preview is asked for. A lost link, a reload or a crash loses nothing.
import { signal } from "@preact/signals";
import { clear, createStore, del, get, set } from "idb-keyval";
import * as a from "./alerts";
import { api, ApiError } from "./api";
import * as s from "./store";
import type { Alert, AlertDraft, AlertKind, MultiPolygon, Polygon, Severity } from "./types";
import { uuid } from "./uuid";
import { refusedText, t } from "./words";

export type How = "area" | "list" | "drawing";
export interface Draft {
  key: string;
  ref: string | null; // as the gateway has it
  clientId?: string; // since the first save was tried
  version: number;
  kind: AlertKind;
  origin: string | null; // ref of what is corrected
  area: number;
  topic: number;
  severity: Severity;
  how: How;
  kobans: number[];
  drawing: Polygon | MultiPolygon | null;
  group: string;
  sendMs: number | null;
  expiresMs: number;
  texts: Record<string, string>;
}

const store = createStore("koban-alert-drafts", "drafts");
const LOCAL_MS = 300, DAY_MS = 24 * 3600_000, STEP_MS = 15 * 60_000;
export const draft = signal<Draft | null>(null);
export const isSaved = signal(false); // the gateway has it as it stands
export const problem = signal("");
let timer = 0;

const keyOf = (key: string) => `${s.boot.peek()?.me.id ?? ""}/${key}`;

function homeArea(): number {
  const me = s.boot.peek()?.me, duty = s.boot.peek()?.duty;
  return s.kobanById(duty?.koban ?? 0)?.area ?? me?.area ?? 0;
}

function fresh(key: string, more: Partial<Draft>): Draft {
  return { key, ref: null, version: 0, kind: "alert", origin: null, area: homeArea(),
    topic: s.country.peek()?.topics[0]?.id ?? 0, severity: "information", how: "list",
    kobans: [], drawing: null, group: "0", sendMs: null,
    expiresMs: Math.ceil((s.nowMs() + DAY_MS) / STEP_MS) * STEP_MS, texts: {}, ...more };
}

function fromAlert(key: string, alert: Alert): Draft {
  return fresh(key, { ref: alert.ref, version: alert.version, kind: alert.kind,
    origin: alert.origin, area: alert.area, topic: alert.topic, severity: alert.severity,
    how: alert.drawing ? "drawing" : alert.kobans.length ? "list" : "area",
    kobans: alert.kobans, drawing: alert.drawing, group: alert.group,
    sendMs: alert.send_ms, expiresMs: alert.expires_ms, texts: alert.texts });
}

function begun(key: string): Draft {
  const [, what = "", ref = ""] = /^(edit|correct|clear)-(.+)$/.exec(key) ?? [];
  const base = a.alerts.peek().get(ref);
  if (!base) return fresh(key, {});
  if (what === "edit") return fromAlert(key, base);
  return fresh(key, { kind: what === "correct" ? "correction" : "all_clear", origin: base.ref,
    area: base.area, topic: base.topic, severity: base.severity, kobans: base.kobans,
    how: base.kobans.length ? "list" : "area" });
}

export function isComposerPlace(place: string): boolean {
  return place === "new" || /^(edit|correct|clear)-\d+-\d+$/.test(place);
}

export async function openDraft(key: string): Promise<void> {
  if (draft.peek()?.key === key) return;
  problem.value = "";
  isSaved.value = false;
  a.preview.value = null;
  const kept = await get<Draft>(keyOf(key), store).catch(() => undefined);
  draft.value = kept ?? begun(key);
}

export function closeDraft(): void {
  flush();
  draft.value = null;
}

function flush(): void {
  clearTimeout(timer);
  timer = 0;
  const now = draft.peek();
  if (now) void set(keyOf(now.key), now, store).catch(() => { problem.value = t("not_kept"); });
}

export function change(more: Partial<Draft>): void {
  const now = draft.peek();
  if (!now) return;
  draft.value = { ...now, ...more };
  isSaved.value = false;
  a.preview.value = null;
  problem.value = "";
  timer ||= window.setTimeout(flush, LOCAL_MS);
}

export async function dropDraft(): Promise<void> {
  const now = draft.peek();
  clearTimeout(timer);
  timer = 0;
  draft.value = null;
  if (now) await del(keyOf(now.key), store).catch(() => {});
}

export async function wipeAlertDrafts(): Promise<void> {
  clearTimeout(timer);
  timer = 0;
  draft.value = null;
  await clear(store).catch(() => {});
}

// ---- what is missing

export function languages(): string[] {
  return s.country.value?.languages ?? [];
}

export function missing(now: Draft): string[] {
  return languages().filter((tag) => (now.texts[tag] ?? "").trim() === "");
}

// Why it cannot go on; "" when it can.
export function holes(now: Draft): string {
  const gaps = missing(now), site = languages()[0] ?? "";
  if (gaps.includes(site)) return t("alert_needs_site", { language: site });
  if (now.severity === "danger" && gaps.length)
    return t("alert_needs_all", { languages: gaps.join(", ") });
  if (now.kind === "alert" && now.how === "list" && now.kobans.length === 0)
    return t("alert_needs_koban");
  if (now.kind === "alert" && now.how === "drawing" && !now.drawing)
    return t("alert_needs_drawing");
  if (now.expiresMs <= Math.max(now.sendMs ?? 0, s.nowMs())) return t("alert_needs_expiry");
  return "";
}

// ---- to the gateway

function bodyOf(now: Draft): AlertDraft {
  const origin = now.origin?.split("-")[1];
  return { area: now.area, kind: now.kind, ...(origin ? { origin } : {}), topic: now.topic,
    ...(now.ref ? { version: now.version } : { client_id: now.clientId! }),
    severity: now.severity, kobans: now.how === "list" ? now.kobans : [],
    drawing: now.how === "drawing" ? now.drawing : null, group: now.group,
    send_ms: now.sendMs, expires_ms: now.expiresMs, texts: now.texts };
}

// A first save that is tried again may have been done: it is answered with the draft it made,
// and what was written since goes over that.
async function put(now: Draft, isAgain: boolean): Promise<Alert> {
  if (now.ref) return api.alertSave(now.ref, bodyOf(now));
  const row = await api.alertNew(bodyOf(now));
  return isAgain ? put({ ...now, ref: row.ref, version: row.version }, false) : row;
}

export async function save(): Promise<Alert | null> {
  let now = draft.peek();
  if (!now || a.isBusy.peek()) return null;
  a.isBusy.value = true;
  const isAgain = now.clientId !== undefined;
  if (!isAgain) {
    now = draft.value = { ...now, clientId: uuid() };
    flush();
  }
  try {
    const row = await put(now, isAgain);
    a.takeAlert(row);
    const still = draft.peek();
    if (still?.key === now.key) {
      isSaved.value = still === now;
      draft.value = { ...still, ref: row.ref, version: row.version,
        kobans: still.how === "drawing" ? row.kobans : still.kobans };
      flush();
    }
    return row;
  } catch (error) {
    const code = error instanceof ApiError ? error.code : "no_link";
    problem.value = code === "no_link" || code === "away" ? t("alert_kept")
      : code === "conflict" ? t("alert_changed") : refusedText(code);
    return null;
  } finally {
    a.isBusy.value = false;
  }
}

export async function askPreview(): Promise<void> {
  const now = draft.peek();
  if (!now) return;
  const hole = holes(now);
  if (hole) { problem.value = hole; return; }
  const row = await save();
  if (!row) return;
  const what = await a.readPreview(row.ref);
  if (!what) problem.value = t("no_link");
  else requestAnimationFrame(() => document.getElementById("alert-preview")?.focus());
}

export async function submit(): Promise<void> {
  const now = draft.peek(), seen = a.preview.peek();
  const row = now?.ref ? a.alerts.peek().get(now.ref) : undefined;
  if (!now || !row || seen?.ref !== row.ref || !isSaved.peek()) return;
  if (await a.doAlert(row, "submit", { audience: seen.what.recipients })) {
    await dropDraft();
    s.say(t("alert_submitted"));
    a.goAlert(row.ref);
  } else void a.readPreview(row.ref);
}
