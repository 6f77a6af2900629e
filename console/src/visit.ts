// SPDX-License-Identifier: Apache-2.0
//
// A thread for somebody at the counter: their number and what it is about. What was typed
// stays until it is sent or the desk is left; the id made here makes a repeat harmless.
import { signal } from "@preact/signals";
import { api, ApiError } from "./api";
import * as s from "./store";
import { openThread, takeRow } from "./threads";
import type { VisitChannel } from "./types";
import { uuid } from "./uuid";
import { refusedText, t } from "./words";

export interface Visit { clientId: string; channel: string; address: string; text: string }

const blank = (): Visit => ({ clientId: uuid(), channel: "", address: "", text: "" });
export const visit = signal<Visit>(blank());
export const channels = signal<VisitChannel[] | null>(null); // null: not read yet
export const problem = signal("");
export const isBusy = signal(false);
let wasTried = false;

export function change(more: Partial<Omit<Visit, "clientId">>): void {
  // The first words may have arrived: others are a note of their own in the same thread.
  const clientId = wasTried ? uuid() : visit.peek().clientId;
  wasTried = false;
  visit.value = { ...visit.peek(), ...more, clientId };
  problem.value = "";
}

export function forgetVisit(): void {
  visit.value = blank();
  wasTried = false;
  channels.value = null;
  problem.value = "";
}

// One that cannot send now is a second choice.
export async function readChannels(): Promise<void> {
  try {
    const all = (await api.visitChannels()).channels;
    channels.value = all;
    const chosen = all.find((c) => c.name === visit.peek().channel) ??
      all.find((c) => !c.held) ?? all[0];
    visit.value = { ...visit.peek(), channel: chosen?.name ?? "" };
  } catch {
    problem.value = t("no_link");
  }
}

export function isReady(now: Visit): boolean {
  return now.channel !== "" && /\d/.test(now.address) && now.text.trim() !== "";
}

export async function openVisit(): Promise<void> {
  const now = visit.peek();
  if (isBusy.peek() || !isReady(now)) return;
  isBusy.value = wasTried = true;
  problem.value = "";
  try {
    const { thread } = await api.visit({ client_id: now.clientId, channel: now.channel,
      address: now.address, text: now.text.trim() });
    forgetVisit();
    s.dialog.value = null;
    if (!thread) return;
    takeRow(thread);
    await openThread(thread.ref);
  } catch (error) {
    const code = error instanceof ApiError ? error.code : "no_link";
    problem.value = error instanceof ApiError && !error.isPassing
      ? code === "invalid" ? t("visit_bad_number") : refusedText(code) : t("visit_kept");
  } finally {
    isBusy.value = false;
  }
}
