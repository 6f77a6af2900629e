-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- What an officer holds when they go off duty is looked up by their name; and when the last
-- live console of a koban went that somebody is on duty at.

create index thread_claimed on thread (area_id, claimed_by) where state in (1, 2);

create table console_gone (
    koban_id int primary key references koban,
    gone_at timestamptz not null default now(),
    told_at timestamptz
);
grant select, insert, update, delete on console_gone to koban_system;
grant select on console_gone to koban_scoped;
