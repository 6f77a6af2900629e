// SPDX-License-Identifier: Apache-2.0
//
// The gateway itself erases what the country pack's days are over for, without being asked, and
// by one of its processes; tests/sql/retention.sql says what of it and what stays.
import assert from "node:assert/strict";
import { test } from "node:test";
import { site, sms, waitFor } from "./harness.mjs";

test("words, address and raw bytes of an old closed thread go while it serves", async () => {
  const here = await site();
  const value = (sql) => here.database.value(sql);
  assert.equal((await sms(here.gateway, "+819011112222", "財布を落としました")).status, 200);
  await waitFor("settled", () => value("select count(*) from inbox where outcome = 1") === "1");
  const [area, id] = here.database.rows("select area_id, id from thread")[0];
  await here.gateway.kill("SIGTERM");
  // A hundred days later: ids are their own time.
  here.database.rows(`update thread set state = 3, last_inbound_ms = last_inbound_ms - 8640000000::bigint,
      opened_ms = opened_ms - 8640000000::bigint, last_automatic_ms = 0, attended_ms = 0;
    delete from timer; delete from outbox;
    update inbox set id = id - (8640000000::bigint << 22), post_id = post_id - (8640000000::bigint << 22);
    update message set inbox_id = inbox_id - (8640000000::bigint << 22) where direction = 0`);
  const before = here.gateway.cli("accounts");
  await here.gateway.start();
  const thread = `from message where area_id = ${area} and thread_id = ${id}`;
  await waitFor("words are gone", () => value(`select count(*) ${thread} and body <> ''`) === "0");
  await waitFor("the address is", () => value(`select count(*) ${thread} and address <> ''`) === "0");
  await waitFor("raw bytes are", () => value("select count(*) from inbox where body is not null") === "0");
  assert.ok(Number(value(`select count(*) ${thread}`)) >= 1, "messages are still there to be counted");
  assert.equal(here.gateway.cli("accounts"), before);
  assert.equal((await sms(here.gateway, "+819011112222", "また相談です")).status, 200);
  await waitFor("whoever comes back is somebody new", () => value("select count(*) from thread") === "2");
  assert.equal(value("select previous_thread_id from thread where state < 3"), "0");
  assert.equal(await here.end(), 0);
});
