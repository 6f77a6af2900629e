-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- What the watch asks each second is the end of a small index, however much waits.

create index thread_unopened_since on thread (opened_ms)
    where state < 3 and intent = 4 and acknowledged_ms = 0;
create index outbox_waiting on outbox (created_at) where state = 1;
create index quarantine_waiting on quarantine (received_at) where not is_done;
