-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- What goes before a message in its lane is looked up by address: without this index a claim
-- reads the whole queue of its area for each candidate. outbox_claim, outbox_mark and the
-- like switch sequential scans off: plans are cached, and a queue that was analysed while it
-- was empty would be read from end to end ever after.

create index outbox_lane on outbox (area_id, address) where state in (1, 2);
