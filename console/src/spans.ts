// SPDX-License-Identifier: Apache-2.0
//
// The words of a text that decided, cut out of it: pieces in their order, which together are
// the text. Places come as code points and are cut as such; a place that is not in the text,
// or lies in one before it, marks nothing. A mark never parts a letter from its accents or a
// joined emoji: it is widened to whole characters as people see them.

import { graphemes } from "./segments";

export interface Reason { code: string; word: string; start?: number; length?: number }
export interface Piece { text: string; reasons: Reason[] } // none: not marked

// Ends of what people see as one character, in code points.
function edges(points: string[]): Set<number> {
  const all = new Set<number>([0]);
  let at = 0;
  for (const segment of graphemes(points.join(""))) all.add(at += [...segment].length);
  return all;
}

function isPlaced(reason: Reason, length: number): reason is Required<Reason> {
  const { start, length: n } = reason;
  return Number.isInteger(start) && Number.isInteger(n) && start! >= 0 && n! > 0 &&
    start! + n! <= length;
}

export function piecesOf(text: string, reasons: unknown[]): Piece[] {
  const points = [...text];
  const placed = (reasons as Reason[]).filter((r) => r !== null && typeof r === "object" &&
    isPlaced(r, points.length)) as Required<Reason>[];
  if (placed.length === 0) return [{ text, reasons: [] }];
  const whole = edges(points);
  const spans = placed.map((reason) => {
    let from = reason.start, to = reason.start + reason.length;
    // A list's word may end in the blank that ends words; that is not marked.
    while (from < to && points[from]?.trim() === "") from++;
    while (to > from && points[to - 1]?.trim() === "") to--;
    while (!whole.has(from)) from--;
    while (!whole.has(to)) to++;
    return { from, to, reason };
  }).filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from || b.to - a.to);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to, reason } of spans) {
    const last = pieces.at(-1);
    if (from < at) { // within the one before, or over its end: one mark says both
      last?.reasons.push(reason);
      if (to > at && last) { last.text += points.slice(at, to).join(""); at = to; }
      continue;
    }
    if (from > at) pieces.push({ text: points.slice(at, from).join(""), reasons: [] });
    pieces.push({ text: points.slice(from, to).join(""), reasons: [reason] });
    at = to;
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join(""), reasons: [] });
  return pieces;
}
