// SPDX-License-Identifier: Apache-2.0
//
// The order of the queue: sections, and rows within them. Pure but for the words.
import { computed } from "@preact/signals";
import { categoryOf, isUnopened } from "./codes";
import type { Item, ListRow } from "./list";
import { alarms, boot, filter, kobanFilter, kobanName, rows, rowsVersion, searchRows,
  isSearching } from "./store";
import type { Row } from "./types";
import { language, t, tCode } from "./words";

export type Section = "emergency" | "mine" | "open" | "others" | "waiting" | "other";
export const sections: Section[] = ["emergency", "mine", "open", "others", "waiting",
  "other"];

export function sectionOf(row: Row, me: string): Section {
  if (row.intent === "emergency") return "emergency";
  if (row.state === "waiting") return "waiting";
  if (row.claimed_by?.id === me) return "mine";
  if (row.claimed_by) return "others";
  return row.intent === "other" || row.intent === "command" ? "other" : "open";
}

// Unopened first, then worst, then who has waited longest. Strikes never count.
export function compareRows(section: Section, a: Row, b: Row): number {
  if (section === "emergency") {
    const unopened = Number(isUnopened(b)) - Number(isUnopened(a));
    if (unopened) return unopened;
    const worst = b.urgency - a.urgency;
    if (worst && isUnopened(a)) return worst;
    if (isUnopened(a)) return a.opened_ms - b.opened_ms;
  }
  const unseen = Number(b.unseen) - Number(a.unseen);
  if (unseen) return unseen;
  return a.unseen ? a.last_inbound_ms - b.last_inbound_ms
    : b.last_inbound_ms - a.last_inbound_ms;
}

export function matches(row: Row, words: string): boolean {
  if (words === "") return true;
  const hay = `${row.number} ${row.who} ${row.preview} ${row.channel} ` +
    `${tCode("category", categoryOf(row))} ${kobanName(row.koban)}`;
  return hay.normalize("NFKC").toLowerCase().includes(words);
}

function tagsOf(row: Row): string[] {
  const tags = [kobanName(row.koban)];
  if (row.category) tags.push(tCode("category", categoryOf(row)));
  if (row.manner !== "normal") tags.push(tCode("manner", row.manner));
  if (row.status !== "none") tags.push(tCode("status", row.status));
  if (!row.place_confirmed) tags.push(t("place_not_confirmed_short"));
  if (row.language && row.language !== language.value) tags.push(row.language);
  return tags;
}

// A row object is never changed, only replaced: what was made of it holds as long as it.
const made = new WeakMap<Row, { look: string; item: ListRow }>();

export function listRow(row: Row, me: string): ListRow {
  const look = `${language.value} ${alarms.value.has(row.ref)} ${me}`;
  const known = made.get(row);
  if (known?.look === look) return known.item;
  const item = makeRow(row, me);
  made.set(row, { look, item });
  return item;
}

function makeRow(row: Row, me: string): ListRow {
  const kind = tCode("intent", row.intent);
  const isRinging = alarms.value.has(row.ref);
  const claimed = row.claimed_by
    ? row.claimed_by.id === me ? t("mine_short") : row.claimed_by.name : "";
  const from = row.preview_direction === 1 ? "↩ " : "";
  const mark = row.state === "closed" ? t("state_closed") : claimed;
  const who = `№${row.number} ${row.who}`;
  return {
    key: row.ref,
    version: `${row.version} ${language.value} ${isRinging} ${mark} ${row.unseen}`,
    tone: row.intent, icon: row.intent, kind, who, tags: tagsOf(row),
    preview: from + (row.preview || t("no_text")), mark, isUnseen: row.unseen, isRinging,
    isPinned: row.intent === "emergency",
    clockFromMs: isUnopened(row) ? row.opened_ms : row.last_inbound_ms || row.opened_ms,
    label: [isUnopened(row) ? t("not_opened") : "", row.unseen ? t("unseen") : ""]
      .filter(Boolean).join(", "),
  };
}

export function buildItems(list: Iterable<Row>, me: string, words: string,
  koban: number): Item[] {
  const bins = new Map<Section, Row[]>(sections.map((name) => [name, []]));
  for (const row of list) {
    if (row.state === "closed" && !isSearching.peek()) continue;
    // A filter never hides an emergency nobody has opened.
    if (!isUnopened(row) && ((koban && row.koban !== koban) || !matches(row, words)))
      continue;
    bins.get(sectionOf(row, me))?.push(row);
  }
  const items: Item[] = [];
  for (const [section, members] of bins) {
    if (members.length === 0) continue;
    members.sort((a, b) => compareRows(section, a, b));
    items.push({ head: tCode("section", section), count: members.length, tone: section });
    for (const row of members) items.push(listRow(row, me));
  }
  return items;
}

export function currentItems(): Item[] {
  void rowsVersion.value;
  const me = boot.value?.me.id ?? "";
  const found = searchRows.value;
  if (isSearching.value && found) {
    const newest = found.map((row) => rows.get(row.ref) ?? row);
    if (newest.length === 0) return [];
    return [{ head: t("search_results"), count: newest.length, tone: "other" },
      ...newest.map((row) => listRow(row, me))];
  }
  return buildItems(rows.values(), me, filter.value.normalize("NFKC").toLowerCase(),
    kobanFilter.value);
}

export interface Surge { texts: number; worst: number; opened: number; waiting: number;
  oldestMs: number; isPages: boolean }

// A surge's rung says of whom: 1 is one of chat pages, grouped with no other.
const SURGE_PAGES = 1;

// "61 say trapped or hurt, 61 opened, 9 waiting, oldest 2 min", of what is in the list.
export function surgeOf(list: Iterable<Row>): Surge | null {
  const surge: Surge = { texts: 0, worst: 0, opened: 0, waiting: 0, oldestMs: 0, isPages: true };
  let isSurge = false;
  for (const row of list) {
    if (row.intent !== "emergency" || row.state === "closed") continue;
    isSurge ||= row.is_surge;
    surge.isPages &&= !row.is_surge || row.rung === SURGE_PAGES;
    surge.texts++;
    if (row.urgency >= 3) surge.worst++;
    if (!isUnopened(row)) { surge.opened++; continue; }
    surge.waiting++;
    if (!surge.oldestMs || row.opened_ms < surge.oldestMs) surge.oldestMs = row.opened_ms;
  }
  return isSurge ? surge : null;
}

export const items = computed(currentItems);
export const queueCount = computed(() => items.value.length);
export const surge = computed(() => {
  void rowsVersion.value;
  return surgeOf(rows.values());
});
