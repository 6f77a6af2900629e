// SPDX-License-Identifier: Apache-2.0
//
// docker-compose.yml and deploy/Dockerfile without Docker: that they say what they promise
// and fit together. Their steps themselves are run by tools/container, in chroots.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Database, ROOT } from "./harness.mjs";

const yaml = createRequire(join(ROOT, "tests/package.json"))("js-yaml");
const read = (name) => readFileSync(join(ROOT, name), "utf8");
const compose = yaml.load(read("docker-compose.yml"));
const { services } = compose;
const dockerfile = read("deploy/Dockerfile").split("\n").filter((line) => line && !line.startsWith("#"));

test("it is PostgreSQL, a migration, a gateway with two workers, nginx; in that order", () => {
  assert.deepEqual(Object.keys(services), ["database", "migrate", "gateway", "nginx"]);
  assert.deepEqual(services.gateway.command, ["serve", "--workers", "2"]);
  assert.deepEqual(services.migrate.command, ["migrate"]);
  assert.equal(services.gateway.depends_on.migrate.condition, "service_completed_successfully");
  assert.equal(services.migrate.depends_on.database.condition, "service_healthy");
});

test("what is used is declared, what is mounted is there or is made by prepare", () => {
  const made = mkdtempSync(join(tmpdir(), "koban-compose-"));
  execFileSync(join(ROOT, "deploy/compose/prepare"), [made], { stdio: "ignore" });
  const exists = (path) => existsSync(path.startsWith("./var/compose/")
    ? join(made, path.slice("./var/compose/".length)) : join(ROOT, path));
  for (const [name, { file }] of Object.entries(compose.secrets)) assert.ok(exists(file), name);
  for (const [name, service] of Object.entries(services)) {
    for (const secret of service.secrets ?? []) assert.ok(compose.secrets[secret], `${name}: ${secret}`);
    for (const network of Array.isArray(service.networks) ? service.networks : Object.keys(service.networks))
      assert.ok(network in compose.networks, `${name}: ${network}`);
    for (const volume of service.volumes ?? []) {
      const [from] = volume.split(":");
      assert.ok(from.startsWith("./") ? exists(from) : from in compose.volumes, `${name}: ${volume}`);
    }
    if (service.build) assert.ok(exists(service.build.dockerfile));
  }
  // Again: what is there stays.
  const key = readFileSync(join(made, "master_key"), "utf8");
  assert.match(key, /^[0-9a-f]{64}$/);
  execFileSync(join(ROOT, "deploy/compose/prepare"), [made], { stdio: "ignore" });
  assert.equal(readFileSync(join(made, "master_key"), "utf8"), key);
  assert.equal(statSync(made).mode & 0o077, 0, "the folder is private");
  rmSync(made, { recursive: true });
});

test("no secret in an environment, no port but nginx's, nothing may write or rise", () => {
  for (const [name, service] of Object.entries(services)) {
    for (const [key, value] of Object.entries(service.environment ?? {}))
      assert.ok(!/PASSWORD|SECRET|TOKEN|KEY/.test(key) || /^\/run\/secrets\//.test(value), `${name}: ${key}`);
    assert.deepEqual(service.ports ?? [], name === "nginx" ? ["80:80", "443:443"] : []);
    if (name !== "database") assert.equal(service.read_only, true, name);
  }
  for (const name of ["migrate", "gateway"]) {
    assert.deepEqual(services[name].cap_drop, ["ALL"]);
    assert.deepEqual(services[name].security_opt, ["no-new-privileges:true"]);
  }
  assert.equal(services.nginx.networks.inside.ipv4_address, services.gateway.environment.KOBAN_TRUSTED_PROXY);
});

test("every file nginx includes is mounted where it is looked for", () => {
  const places = services.nginx.volumes.map((volume) => volume.split(":")[1]);
  for (const volume of services.nginx.volumes.filter((v) => v.endsWith(".conf:ro")))
    for (const [, path] of read(volume.split(":")[0]).matchAll(/^\s*include (\S+);/gm))
      assert.ok(places.includes(path), path);
});

test("the image: two stages, a number for a user, a health check, nothing from elsewhere", () => {
  const from = dockerfile.filter((line) => line.startsWith("FROM "));
  assert.deepEqual(from, ["FROM debian:12 AS build", "FROM debian:12-slim"]);
  const last = dockerfile.slice(dockerfile.lastIndexOf(from[1]));
  assert.ok(last.includes("USER 10001:10001"));
  assert.equal(services.gateway.user, "10001:10001");
  assert.ok(last.some((line) => /^HEALTHCHECK .*"koban", "healthcheck"/.test(line)));
  assert.ok(!last.some((line) => /gcc|make|npm/.test(line)));
  assert.ok(!dockerfile.some((line) => line.startsWith("ADD ")));
});

test("the step that prepares the database does it, with the passwords of the secrets", () => {
  const folder = mkdtempSync(join(tmpdir(), "koban-compose-"));
  execFileSync(join(ROOT, "deploy/compose/prepare"), [folder], { stdio: "ignore" });
  const database = new Database("template0");
  database.psql("postgres", "postgres", `drop database ${database.name}`);
  const run = read("deploy/compose/database.sh").replaceAll("/run/secrets", folder)
    .replace("create database koban ", `create database ${database.name} `).replace("-d koban", `-d ${database.name}`);
  execFileSync("sh", ["-c", run], { cwd: "/", env: { ...process.env, PGHOST: database.host, KOBAN_DATABASE_SQL: join(ROOT, "deploy/postgresql/database.sql") } });
  assert.equal(database.psql("postgres", "postgres", "select count(*) from pg_authid where rolname in ('koban_gateway', 'koban_owner') and rolpassword like 'SCRAM%'"), "2");
  assert.equal(database.psql("koban_owner", database.name, "select has_schema_privilege('koban_system', 'public', 'create')"), "t");
  database.psql("postgres", "postgres", "alter role koban_gateway password null; alter role koban_owner password null");
  rmSync(folder, { recursive: true });
});
