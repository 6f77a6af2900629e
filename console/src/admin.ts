// SPDX-License-Identifier: Apache-2.0
//
// How the site is set up, as supervisors and administrators see it: channels, language
// files, the model. Read when the section is gone to and when a channel's state changes.
import { computed, signal } from "@preact/signals";
import { api } from "./api";
import * as s from "./store";
import type { Channel, Languages } from "./types";

export const channels = signal<Channel[] | null>(null);
export const languages = signal<Languages | null>(null);
export const isFailed = signal(false);

export function isAdmin(): boolean {
  const role = s.boot.value?.me.role;
  return role === "supervisor" || role === "admin";
}

export async function readAdmin(): Promise<void> {
  if (!isAdmin() || s.isLocked.peek()) return;
  try {
    const [one, two] = await Promise.all([api.channels(), api.languages()]);
    channels.value = one.channels;
    languages.value = two;
    isFailed.value = false;
  } catch {
    isFailed.value = true;
  }
}

// A channel broke or came back; also while another section is looked at: the badge.
export function channelChanged(): void {
  if (channels.peek() !== null) void readAdmin();
}

export function forgetAdmin(): void {
  channels.value = languages.value = null;
  isFailed.value = false;
}

// Those that need somebody.
export const broken = computed(() =>
  (channels.value ?? []).filter((c) => c.state === "broken" || c.quiet).length);
