// SPDX-License-Identifier: Apache-2.0
//
// What an officer says triage got wrong: one tap, again takes it back. Nothing happens to the
// thread; who means "this is an emergency" is asked at once whether to raise it.
import { api, ApiError } from "./api";
import * as s from "./store";
import { openThread } from "./threads";
import type { Correction, CorrectIntent, Intent, Message, ThreadPage } from "./types";
import { t } from "./words";

export const correctIntents: CorrectIntent[] = ["emergency", "consultation", "other"];
const ranks: Intent[] = ["other", "command", "consultation", "unclear", "emergency"];

// What the model said of this very message; null: it was not asked.
export function saidOf(message: Message): Intent | null {
  const found = (message.reasons as { code?: string; intent?: Intent }[])
    .find((reason) => reason.code === "model" && reason.intent !== undefined);
  return found?.intent ?? null;
}

// The message that decided: said to be most, of those the newest.
export function deciding(messages: Message[]): Message | null {
  const rank = (message: Message) => ranks.indexOf(saidOf(message) ?? "other");
  return messages.filter((m) => m.direction === "inbound" && m.kind === "text" && !m.hidden)
    .filter((m) => m.body !== "")
    .reduce<Message | null>((best, m) => (best === null || rank(m) >= rank(best) ? m : best), null);
}

export function myCorrection(page: ThreadPage, message: Message): Correction | undefined {
  const me = s.boot.value?.me.id;
  return page.corrections.find((c) => c.message === message.id && c.officer.id === me);
}

// The first one of somebody else that waits, where this officer is a supervisor.
export function waitingCorrection(page: ThreadPage | null): Correction | undefined {
  const me = s.boot.value?.me;
  if (!page || !me || me.role === "officer" || me.role === "reader") return undefined;
  return page.corrections.find((c) => c.state === "waiting" && c.officer.id !== me.id);
}

async function change(ref: string,
  ask: () => Promise<{ corrections: Correction[] }>): Promise<boolean> {
  try {
    const { corrections } = await ask();
    const page = s.page.peek();
    if (page?.thread.ref === ref) s.page.value = { ...page, corrections };
    return true;
  } catch (error) {
    const isPassing = error instanceof ApiError && error.isPassing;
    s.say(isPassing ? t("no_link") : t("correction_failed"), true);
    return false;
  }
}

export async function correct(intent: CorrectIntent): Promise<void> {
  const page = s.page.peek(), message = page && deciding(page.messages);
  if (!page || !message) return;
  const { ref } = page.thread, isBack = myCorrection(page, message)?.intent === intent;
  const body = { message: message.id, intent: isBack ? "" as const : intent };
  if (!await change(ref, () => api.correct(ref, body))) return;
  s.say(t(isBack ? "correction_back" : "correction_kept"));
  const row = s.page.peek()?.thread;
  const mayRaise = row?.ref === ref && row.intent !== "emergency" && row.state !== "closed";
  if (!isBack && intent === "emergency" && mayRaise) s.dialog.value = "escalate";
}

export async function review(isRight: boolean): Promise<void> {
  const page = s.page.peek(), waiting = waitingCorrection(page);
  if (!page || !waiting) return;
  const { ref } = page.thread;
  await change(ref, () => api.correctReview(ref,
    { message: waiting.message, officer: waiting.officer.id, right: isRight }));
}

// The oldest thread with a correction that waits for this supervisor.
export async function nextReview(): Promise<void> {
  try {
    const { threads } = await api.corrections();
    const next = threads.find((ref) => ref !== s.openRef.peek()) ?? threads[0];
    if (next) await openThread(next);
    else s.say(t("no_corrections"));
  } catch { s.say(t("no_link"), true); }
}
