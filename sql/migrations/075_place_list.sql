-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- Places become lists: each row is one way to write one place of one koban. An import
-- replaces the list of its name and touches no other. mode: 0 plain, 1 an ordinary word
-- too, 2 figures must follow. What stood here came from a list called places.
alter table place
    add column area_id int,
    add column list text not null default 'places',
    add column spelling text not null default '',
    add column kind text not null default 'place',
    add column mode smallint not null default 0,
    add column latitude float8,
    add column longitude float8;
update place p set area_id = k.area_id, spelling = p.name
from koban k where k.id = p.koban_id;
alter table place
    alter column area_id set not null,
    drop constraint place_pkey,
    add primary key (area_id, list, koban_id, folded);

alter table place enable row level security;
create policy system_place on place to koban_system using (true) with check (true);
