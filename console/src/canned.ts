// SPDX-License-Identifier: Apache-2.0
//
// Canned sentences: found by `/` and what is typed after it, in the resident's language
// first, with variables filled in. Pure.
import type { Canned } from "./types";

export interface CannedChoice { shortcut: string; language: string; body: string }

// The word behind a slash that begins a line or follows a blank, ending at the caret.
export function slashWord(text: string, caret: number): { at: number; word: string } | null {
  const match = /(^|[\s\u3000])[/／]([^\s/／]{0,20})$/.exec(text.slice(0, caret));
  if (!match) return null;
  const word = match[2] ?? "";
  return { at: caret - word.length - 1, word };
}

export function chooseCanned(all: Canned[], word: string, language: string,
  fallback: string): CannedChoice[] {
  const wanted = word.normalize("NFKC").toLowerCase();
  const rank = (c: Canned) =>
    (c.language === language ? 0 : c.language === fallback ? 1 : 2) * 10 +
    (c.shortcut.toLowerCase().startsWith(wanted) ? 0 : 1);
  return all
    .filter((c) => wanted === "" ||
      c.shortcut.toLowerCase().includes(wanted) ||
      c.body.normalize("NFKC").toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut))
    .slice(0, 40);
}

// {koban} {officer} {case} {number} and the like; an unknown one stays to be seen.
export function fillVariables(body: string, values: Record<string, string>): string {
  return body.replace(/\{([a-z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

// A variable that nobody filled in must not leave the house.
export function hasOpenVariable(text: string): boolean {
  return /\{[a-z_]+\}/.test(text);
}
