// SPDX-License-Identifier: Apache-2.0
//
// Bundles a source of the console for Node and imports it. The browser's parts that a
// module touches while it is loaded are stood in for; nothing here draws.
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const quiet = { addEventListener() {}, removeEventListener() {} };

Object.assign(globalThis, {
  window: Object.assign(globalThis, quiet),
  document: { ...quiet, documentElement: { lang: "", dataset: {} }, querySelector: () => null },
  localStorage: { getItem: () => null, setItem() {} },
  BroadcastChannel: class { postMessage() {} },
  indexedDB: { open: () => ({}) },
});
const timer = globalThis.setInterval;
globalThis.setInterval = (...args) => { const t = timer(...args); t.unref?.(); return t; };

export async function load(path) {
  const directory = mkdtempSync(join(tmpdir(), "koban-console-"));
  const outfile = join(directory, "bundle.mjs");
  await build({ entryPoints: [join(root, path)], bundle: true, format: "esm", outfile,
    jsx: "automatic", jsxImportSource: "preact", platform: "browser", logLevel: "error" });
  try { return await import(pathToFileURL(outfile)); } finally {
    rmSync(directory, { recursive: true });
  }
}
