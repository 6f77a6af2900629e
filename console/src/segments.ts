// SPDX-License-Identifier: Apache-2.0
//
// How many short messages a text costs: the console's twin of core/segments.c (3GPP TS
// 23.038 and 23.040). Both are checked against tests/fixtures/segments.json.

const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "\f^{}\\[~]|€";
const units = new Map<string, number>([
  ...[...BASIC].map((c) => [c, 1] as const),
  ...[...EXTENSION].map((c) => [c, 2] as const),
]);

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  units: number;
  parts: number;
  limit: number; // units of one part, as this text is sent
  room: number; // units left in the last part
  forcing: string; // the first character that makes it UCS-2; "" when GSM-7
}

export function graphemes(text: string): string[] {
  const Segmenter = (Intl as unknown as { Segmenter?: new (l?: string, o?: object) => {
    segment(t: string): Iterable<{ segment: string }>; } }).Segmenter;
  if (!Segmenter) return [...text];
  const result: string[] = [];
  for (const piece of new Segmenter("und", { granularity: "grapheme" }).segment(text))
    result.push(piece.segment);
  return result;
}

function cost(piece: string, isGsm: boolean): number {
  if (!isGsm) return piece.length;
  let sum = 0;
  for (const c of piece) sum += units.get(c) ?? 0;
  return sum;
}

export function countSegments(text: string): Segments {
  const forcing = [...text].find((c) => !units.has(c)) ?? "";
  const isGsm = forcing === "";
  const encoding = isGsm ? "GSM-7" : "UCS-2";
  const total = cost(text, isGsm);
  const single = isGsm ? 160 : 70;
  if (total <= single) {
    return { encoding, units: total, parts: text === "" ? 0 : 1, limit: single,
      room: single - total, forcing };
  }
  const limit = isGsm ? 153 : 67;
  let parts = 1, used = 0;
  const place = (n: number) => {
    if (used + n > limit) { parts++; used = 0; }
    used += n;
  };
  for (const piece of graphemes(text)) {
    const n = cost(piece, isGsm);
    if (n <= limit) place(n);
    else {
      // Longer than a whole part: torn at code points, from a part of its own.
      if (used > 0) { parts++; used = 0; }
      for (const c of piece) place(cost(c, isGsm));
    }
  }
  return { encoding, units: total, parts, limit, room: limit - used, forcing };
}

const PLAIN: Record<string, string> = {
  "‘": "'", "’": "'", "“": "\"", "”": "\"", "–": "-",
  "—": "-", "…": "...", " ": " ", "•": "-", "`": "'",
};

// The same words with typographic characters made plain: one key makes it GSM-7 safe.
export function makeGsmSafe(text: string): string {
  return [...text].map((c) => PLAIN[c] ?? c).join("");
}
