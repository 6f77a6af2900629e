// SPDX-License-Identifier: Apache-2.0
//
// Figures of `make eval` from what triage said: node tools/eval.mjs FOLDER, where folds.tsv
// (koban train --folds) and, if there are, unseen.tsv and unseen.json (koban classify) lie.
// Writes report.txt, summary.txt and calibration.svg there.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const LANES = ["emergency", "unclear", "consultation", "other"];
const WORST = 50;
const folder = process.argv[2];

const lines = (name) => readFileSync(`${folder}/${name}`, "utf8").split("\n").filter((l) => l !== "");
const lane = (intent) => (intent === "command" ? "other" : intent);

// One judgement: what it is, what was said.
function foldRow(line) {
  const [language, pass, situation, intent, category, said, saidCategory, saidLanguage, probability,
    ...text] = line.split("\t");
  return { language, set: pass, situation, intent: lane(intent), category, said: lane(said), saidCategory,
    saidLanguage, probability: Number(probability), text: text.join(" ") };
}

function unseenRows() {
  if (!existsSync(`${folder}/unseen.tsv`)) return [];
  const said = lines("unseen.json").map((l) => JSON.parse(l));
  return lines("unseen.tsv").map((line, i) => {
    const [intent, language, set, text] = line.split("\t");
    return { language, set, situation: set, intent: lane(intent), category: "", said: lane(said[i].intent),
      saidCategory: said[i].category, saidLanguage: said[i].language,
      probability: said[i].emergency_probability, text };
  });
}

const percent = (part, all) => (all === 0 ? "   - " : (part / all).toFixed(3));
const count = (rows, test) => rows.filter(test).length;

function figures(rows) {
  const emergencies = rows.filter((r) => r.intent === "emergency");
  const alarms = rows.filter((r) => r.said === "emergency");
  const hit = count(emergencies, (r) => r.said === "emergency");
  return {
    recall: percent(hit, emergencies.length), precision: percent(hit, alarms.length),
    lost: count(emergencies, (r) => r.said === "other"),
    accuracy: percent(count(rows, (r) => r.said === r.intent), rows.length),
    language: percent(count(rows, (r) => r.saidLanguage === r.language), rows.length),
    category: percent(count(emergencies, (r) => r.said === "emergency" && r.saidCategory === r.category), hit),
  };
}

function figuresLine(name, rows) {
  const f = figures(rows);
  return `${name.padEnd(22)} ${String(rows.length).padStart(6)} lines  recall ${f.recall}  precision ${f.precision}` +
    `  as other ${String(f.lost).padStart(3)}  accuracy ${f.accuracy}  language ${f.language}`;
}

function confusion(rows) {
  const out = [`${"is \\ said".padEnd(14)}${LANES.map((l) => l.padStart(14)).join("")}`];
  for (const is of ["emergency", "consultation", "other"]) {
    const cells = LANES.map((said) => count(rows, (r) => r.intent === is && r.said === said));
    out.push(is.padEnd(14) + cells.map((n) => String(n).padStart(14)).join(""));
  }
  return out;
}

function groups(rows, key) {
  const found = new Map();
  for (const row of rows) {
    const k = key(row);
    if (!found.has(k)) found.set(k, []);
    found.get(k).push(row);
  }
  return [...found].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

// Emergencies: how many are found; the rest: how many raise a false alarm.
function groupLines(rows, key) {
  return groups(rows, key).map(([name, members]) => {
    const emergencies = members.filter((r) => r.intent === "emergency");
    const rest = members.filter((r) => r.intent !== "emergency");
    const found = percent(count(emergencies, (r) => r.said === "emergency"), emergencies.length);
    const alarms = percent(count(rest, (r) => r.said === "emergency"), rest.length);
    const right = percent(count(members, (r) => r.saidCategory === r.category), members.length);
    return `${name.padEnd(34)} emergencies ${String(emergencies.length).padStart(5)} found ${found}` +
      `   others ${String(rest.length).padStart(5)} alarmed ${alarms}   category ${right}`;
  });
}

// The more certain triage was of the wrong thing, the worse.
function worst(rows) {
  const cost = (r) => (r.intent === "emergency" ? 1 - r.probability + (r.said === "other") : r.probability);
  return rows.filter((r) => (r.intent === "emergency") !== (r.said === "emergency"))
    .sort((a, b) => cost(b) - cost(a)).slice(0, WORST)
    .map((r) => `${r.language} ${r.probability.toFixed(2)} is ${r.intent}, said ${r.said} (${r.situation}): ${r.text}`);
}

// Of what was given a probability, how often it was an emergency.
function calibration(rows) {
  const bins = Array.from({ length: 10 }, () => ({ n: 0, yes: 0, sum: 0 }));
  for (const row of rows) {
    const bin = bins[Math.min(9, Math.floor(row.probability * 10))];
    bin.n++;
    bin.sum += row.probability;
    bin.yes += row.intent === "emergency";
  }
  return bins.filter((b) => b.n > 0).map((b) => ({ said: b.sum / b.n, was: b.yes / b.n, n: b.n }));
}

const COLOURS = ["#0b6e99", "#b34700", "#4b7a1e", "#7a3b8f", "#8a6d00"];

function svg(rows) {
  const at = (x, y) => `${(40 + x * 400).toFixed(1)},${(440 - y * 400).toFixed(1)}`;
  const parts = groups(rows, (r) => r.language).map(([language, members], i) => {
    const colour = COLOURS[i % COLOURS.length], points = calibration(members);
    const dots = points.map((p) => {
      const [x, y] = at(p.said, p.was).split(",");
      return `<circle cx="${x}" cy="${y}" r="${(2 + Math.log10(p.n)).toFixed(1)}" fill="${colour}"/>`;
    });
    return `<polyline fill="none" stroke="${colour}" points="${points.map((p) => at(p.said, p.was)).join(" ")}"/>` +
      `${dots.join("")}<text x="60" y="${60 + i * 18}" fill="${colour}">${language}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" font-family="sans-serif" font-size="13">` +
    `<rect x="40" y="40" width="400" height="400" fill="#fff" stroke="#888"/>` +
    `<polyline stroke="#bbb" stroke-dasharray="4" points="${at(0, 0)} ${at(1, 1)}"/>` +
    `<text x="160" y="468">probability that was told</text>` +
    `<text x="16" y="300" transform="rotate(-90 16 300)">share that was an emergency</text>${parts.join("")}</svg>\n`;
}

// Situations whose words alarm and mean none: twins, past events, films, drills, figures of speech.
const HARD = /twin|past|film|drill|figure|scary|joke|hard|lampau|kako|kidding/;

function hardLine(language, rows) {
  const hard = rows.filter((r) => r.intent !== "emergency" && HARD.test(r.situation));
  const said = (lane) => percent(count(hard, (r) => r.said === lane), hard.length);
  return `${`hard negatives ${language}`.padEnd(22)} ${String(hard.length).padStart(6)} lines  alarms ${said("emergency")}` +
    `  unclear ${said("unclear")}`;
}

const folds = lines("folds.tsv").map(foldRow);
const unseen = unseenRows();
const hand = unseen.filter((r) => r.set === "handwritten_dev");
const summary = ["grouped cross-validation (by situation and author pass):"];
for (const [language, rows] of groups(folds, (r) => r.language)) summary.push(figuresLine(language, rows));
for (const [language, rows] of groups(folds, (r) => r.language)) summary.push(hardLine(language, rows));
summary.push("", "lines never trained on:");
if (unseen.length === 0) summary.push("no evaluation file: skipped");
for (const [language, rows] of groups(hand, (r) => r.language)) summary.push(figuresLine(`written ${language}`, rows));
const chatter = unseen.filter((r) => r.set !== "handwritten_dev" && r.set !== "appen");
for (const [set, rows] of groups(chatter, (r) => r.set)) {
  const alarms = count(rows, (r) => r.said === "emergency"), doubts = count(rows, (r) => r.said === "unclear");
  summary.push(`${set.padEnd(22)} ${String(rows.length).padStart(6)} lines  alarms ${percent(alarms, rows.length)}` +
    `  unclear ${percent(doubts, rows.length)}`);
}
summary.push(`${"chatter and spam".padEnd(22)} ${String(chatter.length).padStart(6)} lines  alarms ` +
  percent(count(chatter, (r) => r.said === "emergency"), chatter.length));

const report = [...summary, ""];
for (const [language, rows] of groups(folds, (r) => r.language)) {
  report.push(`== ${language}, cross-validated`, ...confusion(rows), "", "by category:",
    ...groupLines(rows, (r) => r.category), "", "by situation:", ...groupLines(rows, (r) => r.situation), "",
    "by author's pass:", ...groupLines(rows, (r) => r.set), "");
}
for (const [language, rows] of groups(hand, (r) => r.language))
  report.push(`== ${language}, never trained on`, ...confusion(rows), "");
report.push(`== the worst ${WORST} of cross-validation`, ...worst(folds));
writeFileSync(`${folder}/report.txt`, `${report.join("\n")}\n`);
writeFileSync(`${folder}/summary.txt`, `${summary.join("\n")}\n`);
writeFileSync(`${folder}/calibration.svg`, svg(folds));
