// SPDX-License-Identifier: Apache-2.0
//
// A channel that its provider refuses: nothing written in its threads arrives, and they say so.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, devdb, openRow, say } from "./site.mjs";

let site;
before(async () => { site = await Site.start("held"); });
after(async () => { await site?.stop(); });

test("on a channel that is held the officer is told to act by phone", async () => {
  devdb("psql", "-qc", "update channel set is_held = true, held_reason = 'token' where name = 'chat'", "-d", site.database);
  try {
    const officer = await site.onDuty("suzuki");
    await say(await site.resident({ koban: "sakura" }), "Somebody is breaking into my house in Sakuramachi now, help");
    await openRow(officer.locator(".row:has-text('breaking into')"));
    await officer.waitForSelector(".channel-held");
    assert.match(await officer.textContent(".channel-held"), /phone|電話/);
  } finally {
    devdb("psql", "-qc", "update channel set is_held = false, held_reason = '' where name = 'chat'", "-d", site.database);
  }
});
