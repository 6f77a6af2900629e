// SPDX-License-Identifier: Apache-2.0
//
// Codes stored as numbers and their words; the same lists as core/message.h and
// core/thread.h. A value never changes its number, new ones go to the end.
import type { Disposition, OutboundState, Row, Status } from "./types";

export const categories = [
  "other", "domestic_violence", "child_abuse", "assault", "robbery", "break_in", "theft",
  "stalking", "groping", "kidnapping", "missing_person", "suicide", "medical", "fire",
  "gas", "drowning", "traffic", "disaster", "scam", "suspicious", "mob",
  "lost_and_found", "noise", "parking", "neighbour", "animal", "directions", "paperwork",
  "volunteer", "visit", "patrol", "cyber",
] as const;

export const dispositions: Disposition[] = [
  "replied", "attended", "passed_on", "lost_found", "duplicate", "false_alarm",
  "no_reply",
];

export const statuses: Status[] = ["on_the_way", "on_scene", "passed_on", "done"];

// An officer's status by one key.
export function codesOfStatus(): [Status, string][] {
  return statuses.map((status, i) => [status, String(i + 1)]);
}

export const outboundStates: OutboundState[] = [
  "none", "queued", "sending", "sent", "delivered", "read", "failed", "unknown",
  "expired",
];

export function categoryOf(row: Row): string {
  return categories[row.category] ?? "other";
}

// An emergency nobody has opened yet: this, and only this, rings.
export function isUnopened(row: Row): boolean {
  return row.intent === "emergency" && row.acknowledged_ms === 0 && row.state !== "closed";
}

// How far a channel's word reaches: some never learn more than "accepted".
export function knowsDelivery(adapter: string): boolean {
  return adapter !== "line";
}
