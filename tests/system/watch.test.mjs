// SPDX-License-Identifier: Apache-2.0
//
// The gauges that alarms are made of, from a real database through /metrics.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSchema } from "../../console/tests/openapi.mjs";
import { officer, site, sms, waitFor } from "./harness.mjs";

test("an emergency that nobody opens grows old, and is nothing once it is opened", async () => {
  const koban = await site({ sets: { rung_ms: 60000 } });
  const { gateway, database } = koban;
  const gauge = async (name) => (await gateway.metrics())[`koban_${name}`];
  assert.equal(await gauge("emergency_unopened_seconds"), 0);
  const console = await officer(gateway, "sato", 11);
  await waitFor("an officer who can be reached", async () => await gauge("officers_reachable") >= 1);
  assert.equal((await sms(gateway, "+819055550001", "助けて 火事です さくら")).status, 200);
  await waitFor("it has waited two seconds", async () => await gauge("emergency_unopened_seconds") >= 2);
  const ref = database.rows("select area_id || '-' || id from thread where intent = 4")[0][0];
  assert.equal((await console.command(ref, "open")).status, 200);
  await waitFor("opened", async () => await gauge("emergency_unopened_seconds") === 0);
  database.rows("update channel set is_held = true, held_reason = 'token refused' where name = 'sms-demo'");
  await waitFor("a broken channel", async () => await gauge("channels_broken") === 1);
  assert.ok(await gauge("watch_age_seconds") <= 3);
  database.psql("postgres", "postgres", `alter database ${database.name} allow_connections false`);
  database.psql("postgres", "postgres", `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database.name}'`);
  await waitFor("nobody reads them now", async () => await gauge("watch_age_seconds") >= 3);
  database.psql("postgres", "postgres", `alter database ${database.name} allow_connections true`);
  await waitFor("and again", async () => await gauge("watch_age_seconds") <= 1);
  console.close();
  await koban.end();
});

test("a channel that is quieter than usual for the hour is counted and told", async () => {
  // Four weeks of thirty texts an hour; in the last hour none. The marks: nothing else to count.
  const koban = await site({ before: (database) => database.rows(`
    insert into channel_tally select intake_id, id, date_bin('10 minutes', now(), 'epoch') - h * interval '10 minutes', 5, now()
      from channel, generate_series(7, 4 * 1008 + 200) h where name = 'sms-demo';
    insert into channel_tally_mark select distinct intake_id, ((extract(epoch from now()) * 1000)::bigint - 1704067200000 - 11000) << 22 from channel`) });
  const { gateway } = koban;
  await waitFor("the gauge", async () => (await gateway.metrics()).koban_channels_quiet === 1);
  const mori = await officer(gateway, "mori");
  const { status, json } = await mori.call("GET", "/api/channels");
  assert.equal(status, 200);
  assertSchema("Channels", json);
  assert.deepEqual(json.channels.filter((one) => one.quiet).map(({ name, hour, usual_hour: usual }) => [name, hour, usual]),
    [["sms-demo", 0, 30]]);
  const boot = (await mori.call("GET", "/api/boot")).json;
  assertSchema("Boot", boot);
  assert.deepEqual(boot.quiet, ["sms-demo"]);
  mori.close();
  await koban.end();
});
