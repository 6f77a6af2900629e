// SPDX-License-Identifier: Apache-2.0
//
// Unsent words: to IndexedDB within 300 ms, to the gateway within 2 s (for another
// machine). Kept per officer and thread; an empty draft is none.
import { clear, createStore, del, get, set } from "idb-keyval";
import { api } from "./api";

export interface Draft { text: string; mode: "reply" | "note"; atMs: number }
const store = createStore("koban-drafts", "drafts");
const LOCAL_MS = 300, SERVER_MS = 2000;
const timers = new Map<string, { local: number; server: number }>();

function keyOf(officer: string, ref: string): string {
  return `${officer}/${ref}`;
}

export async function readDraft(officer: string, ref: string): Promise<Draft | null> {
  return (await get<Draft>(keyOf(officer, ref), store)) ?? null;
}

function write(officer: string, ref: string, draft: Draft): Promise<void> {
  const key = keyOf(officer, ref);
  return draft.text === "" ? del(key, store) : set(key, draft, store);
}

export function keepDraft(officer: string, ref: string, draft: Draft): void {
  const old = timers.get(ref);
  if (old) { clearTimeout(old.local); clearTimeout(old.server); }
  timers.set(ref, {
    local: window.setTimeout(() => void write(officer, ref, draft), LOCAL_MS),
    // Another machine's copy is a comfort: its failure is nobody's trouble. It has no
    // mode, so a note stays here: it must not come back as a reply to the resident.
    server: window.setTimeout(() => {
      const text = draft.mode === "reply" ? draft.text : "";
      void api.draft(ref, text).catch(() => {});
    }, SERVER_MS),
  });
}

// The words were sent: nothing of them may come back.
export async function dropDraft(officer: string, ref: string): Promise<void> {
  keepDraft(officer, ref, { text: "", mode: "reply", atMs: Date.now() });
  await write(officer, ref, { text: "", mode: "reply", atMs: Date.now() });
}

export async function wipeDrafts(): Promise<void> {
  await clear(store);
}
