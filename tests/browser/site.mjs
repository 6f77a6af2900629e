// SPDX-License-Identifier: Apache-2.0
//
// A real site for browser tests: a copy of the seeded database, the real gateway, Debian's
// Chromium. Officers and residents are people with a page; tests wait for what a person
// would see. tools/suite sets KOBAN_TEST_CLUSTER, KOBAN_TEST_HOST, KOBAN_PROGRAM,
// KOBAN_CHROMIUM.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../system/harness.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
// The console's own packages, by its lockfile.
const require = createRequire(join(root, "console", "package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const cluster = process.env.KOBAN_TEST_CLUSTER;
const PASSWORD = "koban-demo-password", TOTP = "koban-demo-totp-1234";

export const browserOptions = {
  executablePath: process.env.KOBAN_CHROMIUM || "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync"],
};

export function devdb(...args) {
  return execFileSync(join(root, "deploy", "devdb"), ["--throwaway", cluster, ...args],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

export async function until(what, check, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await Promise.resolve(check()).catch(() => null);
    if (value) return value;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function totp(step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step));
  const mac = createHmac("sha1", TOTP).update(counter).digest();
  const code = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, "0");
}

export class Site {
  // pack: the country whose invented city it is.
  static async start(name, sets = {}, pack = "jp") {
    const site = new Site();
    site.database = `browser_${name}`;
    site.directory = mkdtempSync(join(tmpdir(), "koban-browser-"));
    site.problems = [];
    site.signIns = new Map();
    try { devdb("dropdb", site.database); } catch { /* there was none */ }
    devdb("createdb", site.database, pack === "jp" ? "koban_demo" : "koban_empty");
    try {
      if (pack !== "jp") {
        sets = { country_pack: `deploy/country/${pack}.json`, ...sets };
        site.seed(sets);
      }
      await site.serve(sets);
      site.browser = await chromium.launch(browserOptions);
    } catch (error) {
      await site.stop();
      throw error;
    }
    return site;
  }

  seed(sets) {
    const values = { owner: devdb("url", this.database, "koban_owner"), database: devdb("url", this.database, "koban_gateway"), ...sets };
    const args = Object.entries(values).flatMap(([k, v]) => ["--set", `${k}=${v}`]);
    execFileSync(process.env.KOBAN_PROGRAM || "build/koban", [...args, "seed", "--demo"], { cwd: root, stdio: "pipe" });
  }

  async serve(sets = {}) {
    const port = await freePort(), admin = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const values = { database: devdb("url", this.database, "koban_gateway"),
      listen: `127.0.0.1:${port}`, admin_listen: `127.0.0.1:${admin}`,
      public_url: this.url, journal: this.directory, ...sets };
    const args = Object.entries(values).flatMap(([k, v]) => ["--set", `${k}=${v}`]);
    this.gateway = spawn(process.env.KOBAN_PROGRAM || "build/koban", [...args, "serve"],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    this.log = "";
    this.gateway.stdout.on("data", (d) => { this.log += d; });
    this.gateway.stderr.on("data", (d) => { this.log += d; });
    try {
      await until("the gateway is ready", async () =>
        (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok);
    } catch (error) {
      throw new Error(`${error.message}\n${this.log}`);
    }
  }

  async stopGateway(signal = "SIGTERM") {
    const gone = new Promise((resolve) => this.gateway.once("exit", resolve));
    this.gateway.kill(signal);
    await gone;
  }

  async stop() {
    await this.browser?.close();
    if (this.gateway && this.gateway.exitCode === null && this.gateway.signalCode === null)
      await this.stopGateway("SIGKILL");
    devdb("dropdb", this.database);
    rmSync(this.directory, { recursive: true, force: true });
  }

  // A page whose errors and broken policies are the test's.
  watch(page, name) {
    page.on("pageerror", (error) => this.problems.push(`${name}: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !text.startsWith("Failed to load resource"))
        this.problems.push(`${name}: ${text}`);
    });
    return page;
  }

  context(options = {}) {
    return this.browser.newContext({ viewport: { width: 1366, height: 768 },
      locale: "ja-JP", ...options });
  }

  // A code is good once: the next step's is taken when this one's is used up.
  nextCode(login) {
    const step = this.signIns.get(login) ?? 0;
    this.signIns.set(login, step + 1);
    return totp(step);
  }

  async signIn(login, options = {}) {
    const context = options.context ?? await this.context(options);
    const page = this.watch(await context.newPage(), login);
    const prefs = { language: options.language ?? "ja", theme: options.theme ?? "light",
      ...options.prefs };
    await page.addInitScript((value) => {
      if (!localStorage.getItem("koban-prefs")) localStorage.setItem("koban-prefs", value);
    }, JSON.stringify(prefs));
    await page.goto(this.url);
    await page.waitForSelector("#login, #koban, .desk");
    if (await page.locator("#login").count() > 0) {
      await page.fill("#login", login);
      await page.fill("#password", PASSWORD);
      await page.fill("#totp", this.nextCode(login));
      await page.keyboard.press("Enter");
      await page.waitForSelector("#koban, .desk");
    }
    return page;
  }

  async onDuty(login, options = {}) {
    const page = await this.signIn(login, options);
    await page.click(".gate-card .primary");
    await page.click(".heard .primary");
    await page.waitForSelector(".desk");
    await page.waitForSelector(".link-live");
    return page;
  }

  async resident(options = {}) {
    const context = await this.context({ viewport: { width: 390, height: 844 }, ...options });
    const page = this.watch(await context.newPage(), "resident");
    await page.goto(`${this.url}/chat/${options.koban ?? "sakura"}`);
    await page.waitForSelector("#numbers a");
    return page;
  }
}

export async function say(page, text) {
  await page.fill("#text", text);
  await page.click("#send");
  await page.waitForSelector(`#log li.own:not(.sending):not(.waiting) :text-is("${text}")`);
}

// Who clicked less than a reaction after the list moved clicks again (console/src/steady.ts).
export async function openRow(row) {
  let id;
  await until("the row opens", async () => {
    const opened = id && row.page().locator(`[id="${id}"]`);
    if (opened && (!(await opened.isVisible()) || await opened.getAttribute("aria-selected") === "true")) return true;
    id = await row.getAttribute("id");
    await row.click({ timeout: 10_000 });
    return false;
  });
}

export async function axe(page) {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axeSource);
  // What passes is not told of: to name each such place takes longer than to judge it.
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) =>
    `${n.target.join(" ")} (${n.any[0]?.message ?? n.failureSummary})`).join("; ")}`);
}

export const password = PASSWORD;
