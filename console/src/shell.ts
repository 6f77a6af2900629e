// SPDX-License-Identifier: Apache-2.0
//
// The last picture of this browser, so that the console opens with the link down and
// shows it marked as old. Wiped at sign-out.
import { createStore, del, get, set } from "idb-keyval";
import type { Boot, Row } from "./types";

const store = createStore("koban-shell", "shell");
export interface Picture { boot: Boot; rows: Row[]; after: string; atMs: number }

export async function readPicture(): Promise<Picture | null> {
  try { return (await get<Picture>("picture", store)) ?? null; } catch { return null; }
}

let timer = 0;
export function keepPicture(make: () => Picture): void {
  if (timer) return;
  timer = window.setTimeout(() => {
    timer = 0;
    void set("picture", make(), store).catch(() => {});
  }, 300);
}

export async function wipePicture(): Promise<void> {
  clearTimeout(timer);
  timer = 0;
  await del("picture", store).catch(() => {});
}

// The service worker keeps the hash-named files; Trusted Types allow this one script URL.
export function startWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const types = (window as unknown as { trustedTypes?: { createPolicy(name: string,
    rules: { createScriptURL(url: string): string }): { createScriptURL(u: string): string };
  } }).trustedTypes;
  const url = "/sw.js";
  const allowed = types?.createPolicy("koban", {
    createScriptURL: (wanted) => {
      if (wanted !== url) throw new TypeError("not our script");
      return wanted;
    },
  }).createScriptURL(url) ?? url;
  void navigator.serviceWorker.register(allowed).catch(() => {});
  void navigator.storage?.persist?.().catch(() => {});
}
