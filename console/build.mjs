// SPDX-License-Identifier: Apache-2.0
//
// Builds console/dist: the officers' console, the residents' chat page, the page
// behind an officer's one-time link, the service worker. Names carry a hash of their content; beside each text file lies its .gz.
// Options: --watch-free by design; --out=<directory>.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync,
  writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const outOption = process.argv.find((a) => a.startsWith("--out="));
const dist = outOption ? outOption.slice("--out=".length) : join(root, "dist");
const floor = ["chrome109", "firefox115", "safari16"];

// Budgets in bytes of gzip. What everyone loads first (initialJs) is what a slow phone waits
// for; the rest comes by sections, when one is opened, and has room for what sections gain.
const budgets = { initialJs: 45_000, allJs: 96_000, css: 10_000, language: 10_000,
  chat: 25_000, phone: 10_000 };

function files(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const common = {
  bundle: true, minify: true, target: floor, charset: "utf8", legalComments: "none",
  logLevel: "warning", metafile: true, outdir: join(dist, "assets"),
  entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
};

function outputOf(result, entry) {
  for (const [path, output] of Object.entries(result.metafile.outputs))
    if (output.entryPoint && join(process.cwd(), output.entryPoint) === join(root, entry))
      return `/${relative(dist, join(process.cwd(), path))}`;
  throw new Error(`no output of ${entry}`);
}

function fill(template, values) {
  const text = readFileSync(join(root, template), "utf8");
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    if (!(name in values)) throw new Error(`${template}: ${name} is not known`);
    return values[name];
  });
}

const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

function keepBudgets(main, style, chat, phone) {
  const all = files(join(dist, "assets")).filter((f) => f.endsWith(".js"));
  const imported = (name) => [...readFileSync(name, "utf8")
    .matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)].map((m) => join(dist, "assets", m[1]));
  const initial = new Set([join(dist, main)]);
  for (const name of initial) for (const more of imported(name)) initial.add(more);
  const sum = (list) => [...list].reduce((total, path) => total + size(path), 0);
  const chatFiles = chat.map((path) => join(dist, path));
  const phoneFiles = phone.map((path) => join(dist, path));
  const consoleFiles = all.filter((f) => !chatFiles.includes(f) && !phoneFiles.includes(f));
  const found = {
    initialJs: sum(initial), allJs: sum(consoleFiles), css: size(join(dist, style)),
    language: Math.max(...all.filter((f) => /\/(ja|id|en)-/.test(f)).map(size)),
    chat: sum(chatFiles), phone: sum(phoneFiles),
  };
  let isOver = false;
  for (const [name, bytes] of Object.entries(found)) {
    console.log(`${name.padEnd(10)} ${String(bytes).padStart(6)} of ${budgets[name]} B gz`);
    if (bytes > budgets[name]) { console.error(`${name} is over its budget`); isOver = true; }
  }
  if (isOver) process.exit(1);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "assets"), { recursive: true });
process.chdir(root);

const desk = await build({ ...common, entryPoints: ["src/main.tsx"], splitting: true,
  format: "esm", jsx: "automatic", jsxImportSource: "preact" });
const style = await build({ ...common, entryPoints: ["src/style.css"] });
const chat = await build({ ...common, entryPoints: ["chat/chat.ts"], format: "iife" });
const chatStyle = await build({ ...common, entryPoints: ["chat/chat.css"] });
const phone = await build({ ...common, entryPoints: ["phone/phone.ts"], format: "iife" });
const phoneStyle = await build({ ...common, entryPoints: ["phone/phone.css"] });

const main = outputOf(desk, "src/main.tsx"), css = outputOf(style, "src/style.css");
const chatJs = outputOf(chat, "chat/chat.ts"), chatCss = outputOf(chatStyle, "chat/chat.css");
const phoneJs = outputOf(phone, "phone/phone.ts"), phoneCss = outputOf(phoneStyle, "phone/phone.css");
writeFileSync(join(dist, "index.html"), fill("index.html", { main, css }));
writeFileSync(join(dist, "chat.html"), fill("chat/chat.html", { main: chatJs, css: chatCss }));
writeFileSync(join(dist, "phone.html"), fill("phone/phone.html", { main: phoneJs, css: phoneCss }));
for (const name of ["icon.svg", "icon-alarm.svg", "manifest.webmanifest"])
  copyFileSync(join(root, "public", name), join(dist, name));

const shell = files(dist).map((f) => `/${relative(dist, f)}`)
  .filter((f) => f !== "/index.html" && !/chat|phone/.test(f));
const id = createHash("sha256").update(shell.join() + readFileSync(join(dist, "index.html")))
  .digest("hex").slice(0, 12);
await build({ ...common, entryPoints: ["src/sw.ts"], format: "iife", outdir: dist,
  entryNames: "[name]", define: { BUILD_FILES: JSON.stringify(shell),
    BUILD_ID: JSON.stringify(id) } });

keepBudgets(main, css, [chatJs, chatCss, "/chat.html"], [phoneJs, phoneCss, "/phone.html"]);
if (existsSync(join(root, "LICENSES"))) copyFileSync(join(root, "LICENSES"), join(dist, "LICENSES"));
for (const path of files(dist)) {
  if (statSync(path).size > 0) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path),
    { level: 9 }));
}
