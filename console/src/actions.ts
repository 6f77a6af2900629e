// SPDX-License-Identifier: Apache-2.0
//
// Every action of the console, once: its words, its key, when it may be done, what it
// does. Buttons, keys, the palette and the help sheet are made from this list, so that
// "everything by keyboard" is a test over it.
import { dialogAction } from "./action";
import { alertActions, isComposing, leaveAlert, moveAlert } from "./alertActions";
import type { Action } from "./action";
import { codesOfStatus } from "./codes";
import { correctionActions } from "./correctionActions";
import * as desk from "./desk";
import { prefs, setLanguage, setPrefs } from "./prefs";
import type { Theme } from "./prefs";
import { testTone } from "./alarm";
import * as s from "./store";
import type { Row, Status } from "./types";
import { language, languages } from "./words";
import type { Key } from "./words";
import { items } from "./queue";
import { goTo, sections } from "./sections";
import type { Section } from "./sections";

export type { Action } from "./action";

function openRow(): Row | undefined {
  const ref = s.openRef.value;
  return ref ? s.page.value?.thread ?? s.rows.get(ref) : undefined;
}

function canAct(): boolean {
  const row = openRow();
  return inQueue() && !!row && row.state !== "closed" && !s.isReader();
}

const always = () => s.phase.value === "desk";
// Keys of the queue and of its thread mean nothing in another section.
const inQueue = () => always() && s.section.value === "queue";
const inAlerts = () => always() && s.section.value === "alerts";

export function rowKeys(): string[] {
  return items.peek().flatMap((item) => ("key" in item ? [item.key] : []));
}

function move(step: number): void {
  if (inAlerts()) { moveAlert(step); return; }
  const keys = rowKeys();
  if (keys.length === 0) return;
  const at = keys.indexOf(s.selected.peek() ?? "");
  const next = at < 0 ? (step > 0 ? 0 : keys.length - 1)
    : Math.min(keys.length - 1, Math.max(0, at + step));
  s.selected.value = keys[next] ?? null;
}

function nextUnread(): void {
  const keys = rowKeys();
  const from = keys.indexOf(s.selected.peek() ?? "") + 1;
  const ring = [...keys.slice(from), ...keys.slice(0, from)];
  const found = ring.find((key) => s.rows.get(key)?.unseen);
  if (found) s.selected.value = found;
}

function focusComposer(mode: "reply" | "note"): void {
  s.composerMode.value = mode;
  // Now, not in the next frame: a digit typed meanwhile would be a status.
  document.getElementById("composer")?.focus();
}

function openTop(): void {
  const top = s.topAlarm.peek();
  if (top) void desk.openThread(top.ref);
  else document.getElementById("direct")?.focus();
}

function escape(): void {
  if (s.dialog.peek()) { s.dialog.value = null; return; }
  const field = document.activeElement as HTMLElement | null;
  if (field?.matches("input, textarea, select")) { field.blur(); return; }
  if (s.isSearching.peek()) { s.isSearching.value = false; s.searchRows.value = null; return; }
  if (leaveAlert()) return;
  if (s.section.peek() === "queue" && s.openRef.peek()) desk.leaveThread();
}

function nextTheme(): void {
  const all: Theme[] = ["auto", "light", "dark", "night"];
  const at = all.indexOf(prefs.peek().theme);
  setPrefs({ theme: all[(at + 1) % all.length] ?? "auto" });
}

function nextLanguage(): void {
  const at = languages.findIndex((l) => l.tag === language.peek());
  void setLanguage(languages[(at + 1) % languages.length]?.tag ?? "ja");
}

function statusAction(status: Status, key: string): Action {
  return {
    id: `status_${status}`, label: `status_${status}` as Key, group: "thread", keys: [key],
    when: () => canAct() && openRow()?.intent === "emergency",
    run: () => void desk.command("status", { status }),
  };
}

// At once where the field is there: a digit typed meanwhile would be a status.
function startSearch(): void {
  s.isSearching.value = true;
  if (s.openRef.peek() && isNarrow()) desk.leaveThread();
  const focus = () => {
    const field = document.getElementById("search") as HTMLInputElement | null;
    field?.focus();
    field?.select();
    return field !== null && document.activeElement === field;
  };
  if (s.section.peek() !== "queue") goTo("queue", s.openRef.peek() ?? "");
  if (!focus()) requestAnimationFrame(focus);
}

// One column: the thread lies over the queue.
function isNarrow(): boolean {
  return matchMedia("(max-width: 719px)").matches;
}

// The queue is where one looks: a search is left, the list has the focus.
function goQueue(): void {
  s.isSearching.value = false;
  s.searchRows.value = null;
  goTo("queue", s.openRef.peek() ?? "");
  document.getElementById("queue")?.focus();
  if (isNarrow()) desk.leaveThread();
}

function sectionAction(one: Section): Action {
  return { id: `go_${one.id}`, label: one.label, group: "view", keys: [one.key],
    when: () => always() && one.when(),
    run: () => { if (one.id === "queue") goQueue(); else { goTo(one.id); one.follow(""); } } };
}

export const actions: Action[] = [
  { id: "open_alarm", label: "action_open_alarm", group: "alarm", keys: ["Space"],
    when: () => s.alarmCount.value > 0, run: openTop },
  { id: "next", label: "action_next", group: "queue", keys: ["j", "ArrowDown"],
    when: () => inQueue() || inAlerts(), run: () => move(1) },
  { id: "previous", label: "action_previous", group: "queue", keys: ["k", "ArrowUp"],
    when: () => inQueue() || inAlerts(), run: () => move(-1) },
  { id: "open", label: "action_open", group: "queue", keys: ["Enter", "o"],
    when: () => inQueue() && s.selected.value !== null,
    run: () => { const ref = s.selected.peek(); if (ref) void desk.openThread(ref); } },
  { id: "next_unread", label: "action_next_unread", group: "queue", keys: ["n"],
    when: inQueue, run: nextUnread },
  { id: "search", label: "action_search", group: "queue", keys: ["/"], when: always,
    run: startSearch },
  dialogAction("visit", "action_visit", "queue", ["a"], () => always() && !s.isReader()),
  ...sections.map(sectionAction),
  { id: "reply", label: "action_reply", group: "write", keys: ["r"], when: canAct,
    run: () => focusComposer("reply") },
  { id: "toggle_note", label: "action_toggle_note", group: "write", keys: ["Ctrl+/"],
    inField: true, when: canAct,
    run: () => focusComposer(s.composerMode.peek() === "reply" ? "note" : "reply") },
  { id: "send", label: "action_send", group: "write", keys: ["Ctrl+Enter"], inField: true,
    when: () => canAct() || isComposing(),
    run: () => document.dispatchEvent(new CustomEvent("koban-send")) },
  { id: "claim", label: "action_claim", group: "thread", keys: ["c"],
    when: () => canAct() && openRow()?.claimed_by?.id !== s.boot.value?.me.id,
    run: () => void desk.command("claim") },
  { id: "release", label: "action_release", group: "thread", keys: ["Shift+c"],
    when: () => canAct() && openRow()?.claimed_by?.id === s.boot.value?.me.id,
    run: () => void desk.command("release") },
  ...codesOfStatus().map(([status, key]) => statusAction(status, key)),
  ...correctionActions,
  ...alertActions,
  dialogAction("close", "action_close", "thread", ["e"], canAct),
  dialogAction("wait", "action_wait", "thread", ["s"], canAct),
  dialogAction("transfer", "action_transfer", "thread", ["t"], canAct),
  dialogAction("escalate", "action_escalate", "thread", ["!"],
    () => canAct() && openRow()?.intent !== "emergency"),
  dialogAction("manner", "action_manner", "thread", ["m"], canAct),
  { id: "older", label: "action_older", group: "thread", keys: ["Shift+k"],
    when: () => inQueue() && s.page.value !== null && s.hasOlder.value,
    run: () => void desk.readOlder() },
  { id: "toggle_card", label: "action_toggle_card", group: "view", keys: ["]"],
    when: () => inQueue() && s.openRef.value !== null,
    run: () => { s.isCardOpen.value = !s.isCardOpen.peek(); } },
  { ...dialogAction("palette", "action_palette", "view", ["Ctrl+k"], always),
    inField: true },
  dialogAction("help", "action_help", "view", ["?"], always),
  dialogAction("settings", "action_settings", "view", ["g p"], always),
  { id: "theme", label: "action_theme", group: "view", keys: ["g t"], when: always,
    run: nextTheme },
  { id: "language", label: "action_language", group: "view", keys: ["g l"], when: always,
    run: nextLanguage },
  { id: "sound_test", label: "action_sound_test", group: "duty", keys: ["g b"],
    when: always,
    run: () => void desk.hearTest().then((isOn) => { if (isOn) testTone(); }) },
  { id: "lock", label: "action_lock", group: "duty", keys: ["g x"], when: always,
    run: () => void desk.lock() },
  dialogAction("duty_end", "action_duty_end", "duty", [],
    () => always() && !!s.boot.value?.duty),
  { id: "duty_start", label: "action_duty_start", group: "duty", keys: [],
    when: () => always() && !s.boot.value?.duty && !s.isReader(),
    run: () => { s.phase.value = "duty_start"; } },
  { id: "sign_out", label: "action_sign_out", group: "duty", keys: [],
    when: () => always() && !s.boot.value?.duty, run: () => void desk.signOut() },
  { id: "escape", label: "action_escape", group: "view", keys: ["Escape"], inField: true,
    when: always, run: escape },
];

export function action(id: string): Action {
  const found = actions.find((a) => a.id === id);
  if (!found) throw new Error(`no action ${id}`);
  return found;
}

// Does it if it may be done now. The one way for buttons, keys and palette.
export function act(id: string): void {
  const found = action(id);
  if (found.when()) found.run();
}
