// SPDX-License-Identifier: Apache-2.0
//
// Unsent words: to IndexedDB each 300 ms, to the gateway each 2 s (for another machine).
// Kept per officer and thread; an empty one says that nothing is left to bring back.
import { clear, createStore, del, get, set } from "idb-keyval";
import { api } from "./api";

export interface Draft { text: string; mode: "reply" | "note"; atMs: number }
const store = createStore("koban-drafts", "drafts");
const LOCAL_MS = 300, SERVER_MS = 2000;
const timers = new Map<string, { local: number; server: number }>();

function keyOf(officer: string, ref: string): string {
  return `${officer}/${ref}`;
}

// The newest words at each timer, not after a pause: whoever types on and on is kept too.
const latest = new Map<string, Draft>();

export async function readDraft(officer: string, ref: string): Promise<Draft | null> {
  const key = keyOf(officer, ref);
  return latest.get(key) ?? (await get<Draft>(key, store)) ?? null;
}

function write(officer: string, ref: string, draft: Draft): Promise<void> {
  return set(keyOf(officer, ref), draft, store);
}

function copyToServer(officer: string, ref: string): void {
  timers.get(ref)!.server = 0;
  // Another machine's copy is a comfort: its failure is nobody's trouble. It has no
  // mode, so a note stays here: it must not come back as a reply to the resident.
  const draft = latest.get(keyOf(officer, ref));
  void api.draft(ref, draft?.mode === "reply" ? draft.text : "").then(() => {
    // Emptied here and there: until now the empty one here outweighed the gateway's.
    if (latest.get(keyOf(officer, ref))?.text === "") void del(keyOf(officer, ref), store);
  }).catch(() => {});
}

export function keepDraft(officer: string, ref: string, draft: Draft): void {
  latest.set(keyOf(officer, ref), draft);
  let at = timers.get(ref);
  if (!at) timers.set(ref, at = { local: 0, server: 0 });
  at.local ||= window.setTimeout(() => {
    timers.get(ref)!.local = 0;
    void write(officer, ref, latest.get(keyOf(officer, ref)) ?? draft);
  }, LOCAL_MS);
  at.server ||= window.setTimeout(() => copyToServer(officer, ref), SERVER_MS);
}

// The words were sent: nothing of them may come back.
export async function dropDraft(officer: string, ref: string): Promise<void> {
  const none: Draft = { text: "", mode: "reply", atMs: Date.now() };
  keepDraft(officer, ref, none);
  await write(officer, ref, none);
}

export async function wipeDrafts(): Promise<void> {
  for (const at of timers.values()) { clearTimeout(at.local); clearTimeout(at.server); }
  timers.clear();
  latest.clear();
  await clear(store);
}
