// SPDX-License-Identifier: Apache-2.0
//
// Debian's nginx with the files of deploy/nginx, as they are but for ports, the certificate
// and where logs go.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { ROOT, freePort, waitFor } from "./harness.mjs";

const NAMES = ["hooks.koban.example", "console.koban.example", "chat.koban.example"];

function certificate(folder) {
  const [cert, key] = ["fullchain.pem", "privkey.pem"].map((name) => join(folder, name));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    "-days", "2", "-subj", "/CN=koban.example", "-addext", `subjectAltName=${NAMES.map((n) => `DNS:${n}`)}`,
    "-keyout", key, "-out", cert], { stdio: "ignore" });
  return readFileSync(cert);
}

function configure(folder, { port, plain, upstream }) {
  for (const name of readdirSync(join(ROOT, "deploy/nginx"))) {
    const text = readFileSync(join(ROOT, "deploy/nginx", name), "utf8")
      .replaceAll("/etc/nginx/", `${folder}/`).replaceAll("/etc/koban/tls/", `${folder}/`)
      .replaceAll("/var/log/nginx/", `${folder}/`).replaceAll("127.0.0.1:8080", `127.0.0.1:${upstream}`)
      .replaceAll("listen 443", `listen 127.0.0.1:${port}`).replaceAll("listen 80", `listen 127.0.0.1:${plain}`)
      .replace(/^ *listen \[::\].*\n/gm, "");
    writeFileSync(join(folder, name), text);
  }
  // Debian's own main file, which includes ours and logs addresses where we do not say no.
  const main = readFileSync("/etc/nginx/nginx.conf", "utf8").replace(/^(user|include .*modules-enabled).*$/gm, "")
    .replace(/\S*nginx\.pid/, `${folder}/pid`).replaceAll("/etc/nginx/", `${folder}/`).replaceAll("/var/log/nginx/", `${folder}/`)
    .replace(/http \{/, `http {\n${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `  ${name}_temp_path ${folder}/temp-${name};\n`).join("")}`);
  writeFileSync(join(folder, "nginx.conf"), `daemon off; master_process off;\n${main}`);
  copyFileSync("/etc/nginx/mime.types", join(folder, "mime.types"));
  mkdirSync(join(folder, "conf.d"));
  renameSync(join(folder, "koban.conf"), join(folder, "conf.d/koban.conf"));
}

export async function proxy(upstream) {
  const folder = mkdtempSync(join(tmpdir(), "koban-nginx-"));
  const port = await freePort(), plain = await freePort(), ca = certificate(folder);
  configure(folder, { port, plain, upstream });
  const child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  let said = "";
  child.stderr.on("data", (piece) => (said += piece));
  const gone = new Promise((done) => child.on("exit", done));
  const connect = (name, options = {}) => new Promise((done, fail) => {
    const socket = tls.connect({ host: "127.0.0.1", port, servername: name, ca, ...options }, () => done(socket));
    socket.on("error", fail);
  });
  await waitFor("nginx listens", async () => {
    if (child.exitCode !== null) throw new Error(`nginx: ${said}`);
    try { (await connect(NAMES[0])).destroy(); return true; } catch { return false; }
  });
  return { port, plain, connect, log: (name = "koban.log") => readFileSync(join(folder, name), "utf8"),
    // A request to one of the names; `onPiece` hears a reply that does not end.
    call: (name, method, path, { headers = {}, body = "", onPiece, chunked = false } = {}) => new Promise((done, fail) => {
      const length = chunked || (method === "GET" && !body) ? {} : { "content-length": Buffer.byteLength(body) };
      const request = https.request({ host: "127.0.0.1", port, servername: name, ca, method, path, agent: false,
        headers: { host: `${name}:${port}`, ...length, ...headers } }, (response) => {
        let text = "";
        if (onPiece) done({ status: response.statusCode, headers: response.headers, end: () => request.destroy() });
        response.on("data", (piece) => { text += piece; onPiece?.(String(piece)); });
        response.on("end", () => done({ status: response.statusCode, headers: response.headers, text }));
        response.on("error", () => {});
      });
      request.on("error", fail);
      request.end(body);
    }),
    // Bytes as they are, and everything that comes back until the other side closes or `ms`.
    raw: async (name, bytes, ms = 1500) => {
      const socket = await connect(name);
      let text = "";
      socket.on("data", (piece) => (text += piece));
      socket.on("error", () => {});
      socket.write(bytes);
      await Promise.race([new Promise((done) => socket.on("close", done)),
        new Promise((done) => setTimeout(done, ms))]);
      socket.destroy();
      return text;
    },
    async end() {
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    } };
}
