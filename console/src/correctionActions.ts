// SPDX-License-Identifier: Apache-2.0
//
// Actions of a correction: z, and what the message was.
import type { Action } from "./action";
import { correct, correctIntents, deciding, nextReview, review,
  waitingCorrection } from "./corrections";
import * as s from "./store";
import type { CorrectIntent } from "./types";
import type { Key } from "./words";

const keys: Record<CorrectIntent, string> = { emergency: "z e", consultation: "z c", other: "z o" };
const inQueue = () => s.phase.value === "desk" && s.section.value === "queue";
const isSupervisor = () => ["supervisor", "admin"].includes(s.boot.value?.me.role ?? "");

export function canCorrect(): boolean {
  const page = s.page.value;
  return inQueue() && !s.isReader() && page !== null && page.thread.ref === s.openRef.value
    && deciding(page.messages) !== null;
}
const canReview = () => inQueue() && waitingCorrection(s.page.value) !== undefined;

export const correctionActions: Action[] = [
  ...correctIntents.map((intent): Action => ({ id: `correct_${intent}`,
    label: `action_correct_${intent}` as Key, group: "thread", keys: [keys[intent]],
    when: canCorrect, run: () => void correct(intent) })),
  { id: "correct_agree", label: "action_correct_agree", group: "thread", keys: ["z y"],
    when: canReview, run: () => void review(true) },
  { id: "correct_refuse", label: "action_correct_refuse", group: "thread", keys: ["z n"],
    when: canReview, run: () => void review(false) },
  { id: "next_correction", label: "action_next_correction", group: "queue", keys: ["g r"],
    when: () => inQueue() && isSupervisor(), run: () => void nextReview() },
];
