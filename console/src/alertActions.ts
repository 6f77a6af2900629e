// SPDX-License-Identifier: Apache-2.0
//
// What can be done with alerts, for the one list of actions (actions.ts).
import { dialogAction } from "./action";
import type { Action } from "./action";
import * as d from "./alertDraft";
import * as a from "./alerts";
import * as s from "./store";
import type { Alert, AlertState } from "./types";

const inAlerts = () => s.phase.value === "desk" && s.section.value === "alerts";
const canWrite = () => inAlerts() && !s.isReader();

function isOpen(...states: AlertState[]): boolean {
  const alert = a.open.value;
  return canWrite() && !!alert && states.includes(alert.state);
}

function withOpen(f: (alert: Alert) => void): () => void {
  return () => { const alert = a.open.peek(); if (alert) f(alert); };
}

export const isComposing = () => canWrite() && d.draft.value !== null;

export function canDecide(): boolean {
  return isOpen("awaiting") && !a.isMine(a.open.value!);
}
export function canBreakGlass(): boolean {
  const role = s.boot.value?.me.role;
  return isOpen("awaiting") && a.open.value?.severity === "danger" &&
    (role === "supervisor" || role === "admin");
}
export function canDelete(): boolean {
  const role = s.boot.value?.me.role;
  return isOpen("draft") && (a.isMine(a.open.value!) || role === "supervisor" || role === "admin");
}
const canFollow = () => isOpen("sending", "paused", "stopped", "done") &&
  a.open.value?.kind === "alert";

export function moveAlert(step: number): void {
  const refs = a.list.peek().map((one) => one.ref);
  const at = refs.indexOf(a.place.peek());
  const next = refs[at < 0 ? 0 : Math.min(refs.length - 1, Math.max(0, at + step))];
  if (next) a.goAlert(next);
}

// The list again, on whatever one was.
export function leaveAlert(): boolean {
  if (!inAlerts() || a.place.peek() === "") return false;
  a.goAlert("");
  return true;
}

export const alertActions: Action[] = [
  { id: "alert_new", label: "action_alert_new", group: "alert", keys: ["w"],
    when: () => s.phase.value === "desk" && !s.isReader(), run: () => a.goAlert("new") },
  { id: "alert_edit", label: "action_alert_edit", group: "alert", keys: ["d"],
    when: () => isOpen("draft", "awaiting", "refused"),
    run: withOpen((alert) => a.goAlert(`edit-${alert.ref}`)) },
  dialogAction("alert_delete", "action_alert_delete", "alert", [], canDelete),
  { id: "alert_preview", label: "action_alert_preview", group: "alert", keys: ["v"],
    when: isComposing, run: () => void d.askPreview() },
  { id: "alert_submit", label: "action_alert_submit", group: "alert", keys: [],
    when: () => isComposing() && a.preview.value !== null && d.isSaved.value,
    run: () => void d.submit() },
  { id: "alert_approve", label: "action_alert_approve", group: "alert", keys: ["y"],
    when: canDecide, run: () => document.getElementById("alert-count")?.focus() },
  dialogAction("alert_refuse", "action_alert_refuse", "alert", ["x"], () => isOpen("awaiting")),
  dialogAction("alert_glass", "action_alert_glass", "alert", [], canBreakGlass),
  { id: "alert_pause", label: "action_alert_pause", group: "alert", keys: ["p"],
    when: () => isOpen("sending"), run: withOpen((alert) => void a.doAlert(alert, "pause")) },
  { id: "alert_resume", label: "action_alert_resume", group: "alert", keys: ["u"],
    when: () => isOpen("paused"), run: withOpen((alert) => void a.doAlert(alert, "resume")) },
  dialogAction("alert_stop", "action_alert_stop", "alert", ["h"],
    () => isOpen("scheduled", "sending", "paused")),
  { id: "alert_correct", label: "action_alert_correct", group: "alert", keys: ["f"],
    when: canFollow, run: withOpen((alert) => a.goAlert(`correct-${alert.ref}`)) },
  { id: "alert_clear", label: "action_alert_clear", group: "alert", keys: ["l"],
    when: canFollow, run: withOpen((alert) => a.goAlert(`clear-${alert.ref}`)) },
];
