-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- The page behind a one-time link: a session that sees one thread and nothing else.

alter table session add only_area_id int, add only_thread_id bigint;

-- Set by console_enter() beside koban.officer: koban.link_area, koban.link_thread.
create policy link_thread on thread to koban_scoped using (
    area_id = coalesce(nullif(current_setting('koban.link_area', true), ''), '0')::int
    and id = coalesce(nullif(current_setting('koban.link_thread', true), ''), '0')::bigint);
create policy link_message on message to koban_scoped using (
    area_id = coalesce(nullif(current_setting('koban.link_area', true), ''), '0')::int
    and thread_id = coalesce(nullif(current_setting('koban.link_thread', true), ''), '0')::bigint);
