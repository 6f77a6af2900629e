-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- What an officer says a message was, against what triage said: what `koban train
-- --with-corrections` learns from (docs/learning.md). No words: they are the message's, and live
-- as long as the message does. One row an officer and message; the last word counts.
create table correction (
    area_id int not null,
    thread_id bigint not null,
    message_id bigint not null,
    officer_id bigint not null,
    at timestamptz not null default now(),
    model text not null,
    said_intent smallint not null,
    said_category smallint not null,
    intent smallint not null check (intent in (0, 2, 4)),
    category smallint not null,
    -- 0 counts, 1 waits for a supervisor (it lowers), 2 refused by one
    state smallint not null,
    reviewer_id bigint not null default 0,
    reviewed_at timestamptz,
    primary key (area_id, thread_id, message_id, officer_id)
);
create index correction_waiting on correction (area_id, thread_id) where state = 1;

grant select, insert, update, delete on correction to koban_scoped;
alter table correction enable row level security;
-- Whoever sees the thread sees what was said of it; nobody writes in another's name.
create policy scoped_correction on correction for select to koban_scoped using (
    exists (select from thread t where t.area_id = correction.area_id and t.id = correction.thread_id));
create policy scoped_correction_own on correction for insert to koban_scoped with check (
    officer_id = coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint
    and exists (select from message m where m.area_id = correction.area_id
        and m.thread_id = correction.thread_id and m.id = correction.message_id));
create policy scoped_correction_drop on correction for delete to koban_scoped using (
    officer_id = coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint);
-- The own one again, or a supervisor's word on another's.
create policy scoped_correction_change on correction for update to koban_scoped using (
    officer_id = coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint
    or area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
