// SPDX-License-Identifier: Apache-2.0
//
// What an officer does to a thread: through the outbox, with the id made here; undone while
// it can be; shown again when the gateway refused it.
import { dropDraft, keepDraft } from "./drafts";
import { post, takeBack } from "./outbox";
import type { Entry } from "./outbox";
import * as s from "./store";
import { leaveThread, refreshOpen, takeRow, threadIsEmergency } from "./threads";
import type { CommandBody, CommandName, Row } from "./types";
import { t } from "./words";

const HOLD_MS = 3000; // undo of a send; none in an emergency

export async function command(name: CommandName, body: Omit<CommandBody, "client_id"> = {},
  ref = s.openRef.peek()): Promise<void> {
  if (!ref || s.isReader()) return;
  const seen = s.page.peek()?.messages.at(-1)?.id;
  const isEmergency = threadIsEmergency(ref);
  const holdMs = name === "reply" && !isEmergency ? HOLD_MS : 0;
  const entry = await post(ref, name, { ...(seen ? { seen } : {}), ...body },
    { isEmergency, holdMs });
  if (holdMs) {
    s.say(t("sending_in_3s"), false, () => void undo(entry));
  }
}

async function undo(entry: Entry): Promise<void> {
  const back = await takeBack(entry.id);
  if (!back) { s.say(t("undo_too_late"), true); return; }
  s.toast.value = null;
  giveBack(back);
}

// To the composer that is open on its thread, else as that thread's draft.
function giveBack(entry: Entry): void {
  const taken = [...returned].some((f) => f(entry));
  if (!taken) keepDraft(entry.officer, entry.ref, { text: entry.body.text ?? "",
    mode: entry.command === "note" ? "note" : "reply", atMs: Date.now() });
}

// The composer of the thread takes words that came back.
const returned = new Set<(entry: Entry) => boolean>();
export function onReturned(f: (entry: Entry) => boolean): () => void {
  returned.add(f);
  return () => returned.delete(f);
}

export async function editRefused(entry: Entry): Promise<void> {
  const back = await takeBack(entry.id);
  if (back && (back.command === "reply" || back.command === "note"))
    giveBack(back);
}

export function settled(entry: Entry, row: Row | undefined): void {
  if (row) takeRow(row);
  if (entry.command === "close") {
    s.say(t("closed_done"));
    if (s.openRef.peek() === entry.ref) leaveThread();
    s.dropRow(entry.ref);
    return;
  }
  if (entry.ref === s.openRef.peek()) void refreshOpen();
}

export function refused(entry: Entry): void {
  void refreshOpen();
  if (entry.ref === s.openRef.peek()) s.dialog.value = "collision";
  else s.say(t("refused_elsewhere"), true);
}

// Of the thread they were written in, whichever is open by now. Into the outbox first: the
// draft goes when the words are safe there.
export async function sendWords(ref: string, text: string, mode: "reply" | "note"): Promise<void> {
  const me = s.boot.peek()?.me;
  if (!me || text.trim() === "") return;
  await command(mode, { text }, ref);
  await dropDraft(me.id, ref);
}
