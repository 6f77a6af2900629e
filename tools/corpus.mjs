// SPDX-License-Identifier: Apache-2.0
//
// The corpus against itself, against the frozen set and an evaluation file:
// node tools/corpus.mjs FOLDER FROZEN-FOLDER [LINES].
// Prints a line for each finding. Two messages are near when nine tenths of their runs of three
// characters are the same; twins that differ by a word are welcome where their intent differs.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const NEAR = 0.9, SHORT = 12;
const LEAST_OF_LANE = 0.12;
const [folder, frozen, evaluation] = process.argv.slice(2);

// What people vary without saying anything else.
function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\\n/g, " ")
    .replace(/[^\p{L}\p{N}?]+/gu, " ").replace(/(\p{L})\1{2,}/gu, "$1").trim();
}

function read(path, columns, add) {
  readFileSync(path, "utf8").split("\n").forEach((line, i) => {
    if (line === "" || line.startsWith("#")) return;
    const cells = line.split("\t");
    add({ at: `${path}:${i + 1}`, cells: cells.slice(0, columns - 1), text: cells.slice(columns - 1).join(" ") });
  });
}

function rowsOf(folder) {
  const rows = [];
  for (const language of readdirSync(folder, { withFileTypes: true }).filter((d) => d.isDirectory())) {
    for (const name of readdirSync(`${folder}/${language.name}`).filter((n) => n.endsWith(".tsv")).sort())
      read(`${folder}/${language.name}/${name}`, 5, (row) =>
        rows.push({ at: row.at, language: language.name, intent: row.cells[1], key: folded(row.text) }));
  }
  return rows;
}

function grams(key) {
  const points = [...` ${key} `], found = new Set();
  for (let i = 0; i + 3 <= points.length; i++) found.add(points.slice(i, i + 3).join(""));
  return [...found];
}

function twice(rows) {
  const seen = new Map();
  return rows.flatMap((row) => {
    const key = `${row.language}\t${row.key}`, first = seen.get(key);
    if (first === undefined) seen.set(key, row);
    return first === undefined ? [] : [`${row.at}: the message of ${first.at} again`];
  });
}

// Each row's runs as numbers, the rarest first.
function numbered(rows) {
  const counts = new Map(), each = rows.map((row) => grams(row.key));
  for (const list of each) for (const gram of list) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const number = new Map([...counts].sort((a, b) => a[1] - b[1]).map(([gram], i) => [gram, i]));
  return each.map((list) => Uint32Array.from(list, (gram) => number.get(gram)).sort());
}

function shared(a, b) {
  let both = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    both += a[i] === b[j];
    const step = a[i] - b[j];
    if (step <= 0) i++;
    if (step >= 0) j++;
  }
  return both;
}

// Two rows that share nine tenths of their runs share one of the rarest tenth (and one more) of
// each: only who meets there is compared.
function nearOnes(rows, isPair, say) {
  const index = new Map(), findings = [], runs = numbered(rows);
  rows.forEach((row, i) => {
    if (row.key.length < SHORT) return;
    const met = new Set(), rare = runs[i].length - Math.ceil(NEAR * runs[i].length) + 1;
    for (const run of runs[i].subarray(0, rare)) {
      const list = index.get(run) ?? [];
      for (const other of list) met.add(other);
      list.push(i);
      index.set(run, list);
    }
    for (const other of met) {
      const earlier = rows[other];
      if (!isPair(row, earlier) || (earlier.key === row.key && !row.isUnseen)) continue;
      const both = shared(runs[i], runs[other]);
      if (both / (runs[i].length + runs[other].length - both) >= NEAR) findings.push(say(row, earlier));
    }
  });
  return findings;
}

function balance(rows) {
  const sums = new Map();
  for (const row of rows) {
    const lane = row.intent === "command" ? "other" : row.intent;
    const sum = sums.get(row.language) ?? { all: 0, emergency: 0, consultation: 0, other: 0 };
    sum.all++;
    sum[lane]++;
    sums.set(row.language, sum);
  }
  // Languages that only teach telling languages apart have no lanes.
  return [...sums].filter(([, sum]) => sum.all >= 300).flatMap(([language, sum]) =>
    ["emergency", "consultation", "other"].filter((lane) => sum[lane] < LEAST_OF_LANE * sum.all).map((lane) =>
      `${folder}/${language}: ${lane}: only ${sum[lane]} of ${sum.all} lines`));
}

function leaks(rows) {
  const unseen = rowsOf(frozen).map((row) => ({ at: row.at, isUnseen: true, key: row.key }));
  if (evaluation !== undefined && existsSync(evaluation))
    read(evaluation, 4, (row) => unseen.push({ at: row.at, isUnseen: true, key: folded(row.text) }));
  return nearOnes([...rows.map((r) => ({ ...r })), ...unseen], (a, b) => a.isUnseen === true && b.isUnseen !== true,
    (row, earlier) => `${earlier.at}: stands in ${row.at}, which is never trained on`);
}

const rows = rowsOf(folder);
const findings = [
  ...twice(rows),
  ...nearOnes(rows, (a, b) => a.language === b.language && a.intent === b.intent,
    (row, earlier) => `${row.at}: nearly the message of ${earlier.at}`),
  ...balance(rows),
  ...leaks(rows),
];
for (const finding of findings) console.log(finding);
