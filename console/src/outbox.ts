// SPDX-License-Identifier: Apache-2.0
//
// Every command of an officer that must not be lost: written to IndexedDB first, sent in
// order per thread, repeated until the gateway decided, also after a reload or a crash.
// The client-made id makes a repeat harmless. One tab of the browser sends (the leader of
// live.ts); all tabs show the same list.
//
// Invariant: an entry leaves the store only when the gateway said yes, or when the
// officer takes it back.
import { signal } from "@preact/signals";
import { createStore, del, entries as readAll, set } from "idb-keyval";
import { api, ApiError } from "./api";
import { uuid } from "./uuid";
import type { CommandBody, CommandName, Row } from "./types";

export type EntryState = "held" | "queued" | "sending" | "refused";
export interface Entry {
  id: string; // client_id
  order: number;
  officer: string;
  ref: string;
  command: CommandName;
  body: CommandBody;
  isEmergency: boolean;
  createdMs: number;
  holdUntilMs: number; // undo until then; 0: none
  tries: number;
  retryAtMs: number;
  state: EntryState;
  code: string; // why it was refused
}

const store = createStore("koban-outbox", "entries");
const channel = new BroadcastChannel("koban-outbox");
export const outbox = signal<Entry[]>([]);
export type Settled = (entry: Entry, row: Row | undefined, message: string) => void;

let isLeader = false;
let officer = "";
let onSettled: Settled = () => {};
let onRefused: (entry: Entry) => void = () => {};
let timer = 0;
const inFlight = new Set<string>(); // threads

export function backoffMs(tries: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.max(0, tries - 1));
}

// The entries that may be sent now: the first of each thread, when it is due.
export function dueEntries(list: Entry[], nowMs: number, busy: ReadonlySet<string>): Entry[] {
  const seen = new Set<string>();
  const due: Entry[] = [];
  for (const entry of [...list].sort((a, b) => a.order - b.order)) {
    if (seen.has(entry.ref)) continue;
    seen.add(entry.ref); // a refused one holds back the rest of its thread
    if (busy.has(entry.ref) || entry.state === "refused") continue;
    if (entry.holdUntilMs > nowMs || entry.retryAtMs > nowMs) continue;
    due.push(entry);
  }
  return due;
}

async function reload(): Promise<void> {
  const all = await readAll<string, Entry>(store);
  outbox.value = all.map(([, entry]) => entry)
    .filter((entry) => entry.officer === officer)
    .sort((a, b) => a.order - b.order);
}

async function keep(entry: Entry): Promise<void> {
  await set(entry.id, entry, store);
  const list = outbox.peek().filter((e) => e.id !== entry.id);
  outbox.value = [...list, entry].sort((a, b) => a.order - b.order);
  channel.postMessage("changed");
}

async function remove(id: string): Promise<void> {
  await del(id, store);
  outbox.value = outbox.peek().filter((e) => e.id !== id);
  channel.postMessage("changed");
}

function schedule(): void {
  if (!isLeader) return;
  clearTimeout(timer);
  const next = outbox.peek().filter((e) => e.state !== "refused")
    .map((e) => Math.max(e.holdUntilMs, e.retryAtMs));
  if (next.length === 0) return;
  const wait = Math.max(20, Math.min(...next) - Date.now());
  timer = window.setTimeout(pump, Math.min(wait, 30_000));
}

async function send(entry: Entry): Promise<void> {
  inFlight.add(entry.ref);
  try {
    const answer = await api.command(entry.ref, entry.command, entry.body);
    await remove(entry.id);
    onSettled(entry, answer.thread, answer.message ?? "");
    channel.postMessage({ settled: entry, row: answer.thread, message: answer.message });
  } catch (error) {
    const problem = error instanceof ApiError ? error : new ApiError(0, "no_link", null);
    if (problem.isPassing || problem.status === 401 || problem.status === 423) {
      const tries = entry.tries + 1;
      await keep({ ...entry, state: "queued", tries,
        retryAtMs: Date.now() + backoffMs(tries) });
    } else {
      const refused: Entry = { ...entry, state: "refused", code: problem.code };
      await keep(refused);
      onRefused(refused);
    }
  } finally {
    inFlight.delete(entry.ref);
  }
}

function pump(): void {
  if (!isLeader || officer === "") return;
  for (const entry of dueEntries(outbox.peek(), Date.now(), inFlight)) {
    void send(entry).then(pump);
  }
  schedule();
}

channel.onmessage = (event: MessageEvent<unknown>) => {
  const data = event.data as { settled?: Entry; row?: Row; message?: string } | string;
  if (typeof data === "object" && data.settled) {
    onSettled(data.settled, data.row, data.message ?? "");
    return;
  }
  void reload().then(pump);
};

export async function startOutbox(officerId: string, settled: Settled,
  refused: (entry: Entry) => void): Promise<void> {
  officer = officerId;
  onSettled = settled;
  onRefused = refused;
  await reload();
  pump();
}

export function leadOutbox(): void {
  isLeader = true;
  pump();
}

// The link is back, or somebody signed in or unlocked: do not wait for the backoff.
export function hurryOutbox(): void {
  outbox.value = outbox.peek().map((e) => ({ ...e, retryAtMs: 0 }));
  pump();
}

export async function post(ref: string, command: CommandName,
  body: Omit<CommandBody, "client_id">, options: { isEmergency: boolean; holdMs: number },
): Promise<Entry> {
  const id = uuid();
  const entry: Entry = {
    id, order: Date.now() + outbox.peek().length / 1000, officer, ref, command,
    body: { ...body, client_id: id }, isEmergency: options.isEmergency,
    createdMs: Date.now(), holdUntilMs: options.holdMs ? Date.now() + options.holdMs : 0,
    tries: 0, retryAtMs: 0, state: options.holdMs ? "held" : "queued", code: "",
  };
  await keep(entry);
  pump();
  return entry;
}

// Undo, "edit", or a refusal that was read: the words go back to the caller.
export async function takeBack(id: string): Promise<Entry | null> {
  const entry = outbox.peek().find((e) => e.id === id) ?? null;
  if (!entry || inFlight.has(entry.ref) && entry.state !== "refused") return null;
  await remove(id);
  pump();
  return entry;
}

// "Send anyway": the same words with the newer message seen.
export async function sendAnyway(id: string, seen: string): Promise<void> {
  const entry = outbox.peek().find((e) => e.id === id);
  if (!entry) return;
  await keep({ ...entry, state: "queued", code: "", tries: 0, retryAtMs: 0, holdUntilMs: 0,
    body: { ...entry.body, force: true, ...(seen ? { seen } : {}) } });
  pump();
}

// Sign-out on a shared machine.
export async function wipeOutbox(): Promise<void> {
  for (const [id, entry] of await readAll<string, Entry>(store)) {
    if (entry.officer === officer) await del(id, store);
  }
  outbox.value = [];
  officer = "";
}
