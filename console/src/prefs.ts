// SPDX-License-Identifier: Apache-2.0
//
// What one person wants on one machine: language, theme, keys, volume. No personal data;
// it outlives the sign-out.
import { effect, signal } from "@preact/signals";
import { chooseLanguage, guessLanguage } from "./words";
import type { Language } from "./words";

export type Theme = "auto" | "light" | "dark" | "night";
interface Prefs {
  language: Language | "";
  theme: Theme;
  hasSingleKeys: boolean; // WCAG 2.1.4: they can be switched off
  isEnterSending: boolean;
  hasHeard: boolean; // the answer to the last sound check on this machine
  volume: number; // 0.3 .. 1: there is a floor and no mute
}
const STORE = "koban-prefs";
const defaults: Prefs = {
  language: "", theme: "auto", hasSingleKeys: true, isEnterSending: false, hasHeard: false,
  volume: 0.7,
};

function read(): Prefs {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(STORE) ?? "{}") as object) };
  } catch {
    return defaults;
  }
}

export const prefs = signal<Prefs>(read());

export function setPrefs(change: Partial<Prefs>): void {
  prefs.value = { ...prefs.value, ...change };
  try { localStorage.setItem(STORE, JSON.stringify(prefs.value)); } catch { /* private */ }
}

export async function startPrefs(): Promise<void> {
  effect(() => {
    const root = document.documentElement;
    if (prefs.value.theme === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", prefs.value.theme);
  });
  await chooseLanguage(prefs.value.language || guessLanguage());
}

export async function setLanguage(tag: Language): Promise<void> {
  await chooseLanguage(tag);
  setPrefs({ language: tag });
}
