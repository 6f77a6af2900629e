-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- Less work a message. What the roster counts is read each time somebody comes on duty or
-- signs off: the few emergencies that nobody has opened or that an officer holds, never all
-- open threads. And what a claim looks through is only what is queued, not what is on its way.

create index thread_unopened on thread (area_id, koban_id)
    where state < 3 and intent = 4 and acknowledged_ms = 0;
create index thread_held on thread (area_id, claimed_by)
    where state < 3 and intent = 4 and acknowledged_ms > 0 and claimed_by > 0;

drop index outbox_queue;
create index outbox_queue on outbox (area_id, channel_id, priority, id) where state = 1;

-- Their results changed; no program that calls the old ones was ever released.
drop function if exists thread_apply;
drop function if exists outbox_mark;
