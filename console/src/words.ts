// SPDX-License-Identifier: Apache-2.0
//
// Every word on the screen comes from src/i18n/<tag>.json. A catalogue is one chunk,
// loaded when its language is chosen.
import { signal } from "@preact/signals";
import type en from "./i18n/en.json";

export type Key = keyof typeof en;
export type Language = "ja" | "id" | "en";
export const languages: { tag: Language; name: string }[] = [
  { tag: "ja", name: "日本語" },
  { tag: "id", name: "Bahasa Indonesia" },
  { tag: "en", name: "English" },
];

type Catalogue = Record<Key, string>;
// As one object: without this each key would be an export as well, twice the bytes.
const loaders: Record<Language, () => Promise<{ default: Catalogue }>> = {
  ja: () => import("./i18n/ja.json", { with: { type: "json" } }),
  id: () => import("./i18n/id.json", { with: { type: "json" } }),
  en: () => import("./i18n/en.json", { with: { type: "json" } }),
};

export const language = signal<Language>("ja");
const catalogue = signal<Partial<Catalogue>>({});

export async function chooseLanguage(tag: Language): Promise<void> {
  const loaded = await loaders[tag]();
  catalogue.value = loaded.default;
  language.value = tag;
  document.documentElement.lang = tag;
}

export function guessLanguage(): Language {
  for (const wanted of navigator.languages) {
    const tag = wanted.slice(0, 2).toLowerCase();
    if (tag === "ja" || tag === "id" || tag === "en") return tag;
  }
  return "ja";
}

// The words of a key with {name} filled in.
export function t(key: Key, values?: Record<string, string | number>): string {
  const words = catalogue.value[key] ?? key;
  if (!values) return words;
  return words.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole));
}

// Words for a code of the API ("category_fire"); the code itself when it is unknown.
export function tCode(group: string, code: string): string {
  return catalogue.value[`${group}_${code}` as Key] ?? code;
}

// Why a command was refused; a code nobody has words for is still a sentence.
export function refusedText(code: string): string {
  return catalogue.value[`refused_${code}` as Key] ?? t("refused_invalid");
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, kind: "time" | "seconds" | "day"): Intl.DateTimeFormat {
  const id = `${language.value} ${zone} ${kind}`;
  let found = formats.get(id);
  if (!found) {
    const shape: Intl.DateTimeFormatOptions = kind === "day"
      ? { month: "short", day: "numeric", weekday: "short" }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23",
          ...(kind === "seconds" ? { second: "2-digit" } : {}) };
    found = new Intl.DateTimeFormat(language.value, { ...shape, timeZone: zone });
    formats.set(id, found);
  }
  return found;
}

// Hour and minute for a comparison, whatever the language makes of them (08.00 in id).
export function clockOf(ms: number, zone: string): string {
  return new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit",
    hourCycle: "h23", timeZone: zone }).format(ms);
}

// A language of a resident in the officer's words; "" and "und" are not known.
export function languageText(tag: string): string {
  if (tag === "" || tag === "und") return t("language_unknown");
  try {
    return new Intl.DisplayNames([language.value], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

// Times are the site's, wherever the browser stands.
export function timeText(ms: number, zone: string): string {
  return format(zone, "time").format(ms);
}
export function secondsText(ms: number, zone: string): string {
  return format(zone, "seconds").format(ms);
}
export function dayText(ms: number, zone: string): string {
  return format(zone, "day").format(ms);
}

// "2:14" below an hour, then hours or days in words.
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  if (seconds < 86400) return t("age_hours", { n: Math.floor(seconds / 3600) });
  return t("age_days", { n: Math.floor(seconds / 86400) });
}
