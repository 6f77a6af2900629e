// SPDX-License-Identifier: Apache-2.0
//
// What the type checker cannot see: text reaches the page as text only, no inline style or
// script, every word comes from the catalogues, every file has its heading.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rules = [
  [/\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write)\b/,
    "writes HTML: use textContent"],
  [/\beval\(|new Function\(/, "runs text"],
  [/\bstyle=["{]/, "inline style: the policy forbids it"],
  [/[\u3040-\u30ff\u4e00-\u9fff]/, "words outside the catalogues"],
];
const hasWords = new Set(["chat/words.ts", "src/words.ts", "src/keys.ts", "src/canned.ts",
  "chat/chat.ts", "phone/words.ts"]);

function files(directory) {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(directory, entry.name)) : [join(directory, entry.name)]);
}

let isBad = false;
const complain = (path, line, why) => {
  isBad = true;
  console.error(`${path}:${line}: ${why}`);
};

for (const path of [...files("src"), ...files("chat"), ...files("phone")]) {
  if (!/\.(ts|tsx|mjs)$/.test(path)) continue;
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  if (!lines[0].startsWith("// SPDX-License-Identifier: Apache-2.0"))
    complain(path, 1, "has no licence line");
  if (lines.length > 501) complain(path, 501, "is longer than 500 lines");
  lines.forEach((line, i) => {
    const code = line.replace(/\/\/.*$/, "");
    for (const [pattern, why] of rules) {
      if (why.startsWith("words") && hasWords.has(path)) continue;
      if (pattern.test(code)) complain(path, i + 1, why);
    }
    if (line.length > 100 && !/^(chat|phone)\/words\.ts$/.test(path)) complain(path, i + 1, "is longer than 100 columns");
  });
}
for (const path of ["index.html", "chat/chat.html", "phone/phone.html"]) {
  const text = readFileSync(join(root, path), "utf8");
  if (/<style|<script(?![^>]*src=)|\son\w+=|style=/.test(text))
    complain(path, 1, "has something inline");
}
if (isBad) process.exit(1);
