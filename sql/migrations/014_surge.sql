-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- A surge is decided by fresh counts: a koban's unopened emergencies, told of a surge or not,
-- and the texts officers were sent in the last two minutes. And access for a whole area is
-- one row (koban_id 0), seen through the areas of the koban in scope (koban.near).

drop index thread_unopened;
create index thread_unopened on thread (area_id, koban_id, is_surge)
    where state < 3 and intent = 4 and acknowledged_ms = 0;
-- direction 4: a text to an officer's phone.
create index message_page on message (area_id, id) where direction = 4;

alter policy scoped_access on thread_access using (
    koban_id = any (coalesce(nullif(current_setting('koban.kobans', true), ''), '{}')::int[])
    or (koban_id = 0 and area_id = any (coalesce(nullif(
        current_setting('koban.near', true), ''), '{}')::int[]))
    or area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
alter policy scoped_thread on thread using (
    area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])
    or exists (select from thread_access a
               where a.area_id = thread.area_id and a.thread_id = thread.id
                 and a.until is null
                 and (a.koban_id = any (coalesce(nullif(
                         current_setting('koban.kobans', true), ''), '{}')::int[])
                     or (a.koban_id = 0 and a.area_id = any (coalesce(nullif(
                         current_setting('koban.near', true), ''), '{}')::int[])))));
alter policy scoped_message on message using (
    area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])
    or exists (select from thread_access a
               where a.area_id = message.area_id and a.thread_id = message.thread_id
                 and a.until is null
                 and (a.koban_id = any (coalesce(nullif(
                         current_setting('koban.kobans', true), ''), '{}')::int[])
                     or (a.koban_id = 0 and a.area_id = any (coalesce(nullif(
                         current_setting('koban.near', true), ''), '{}')::int[])))));
