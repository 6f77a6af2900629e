-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- What is older than the country pack allows is erased by class: words, addresses, raw events,
-- quarantined bytes, event keys (a keyed hash of the key remains, so that an event is still
-- stored once for ever). Ids, counts, audit and accounts stay as they are.

-- Bits: 1 words, 2 addresses. Only a closed thread is erased.
alter table thread add column erased smallint not null default 0;
create index thread_erasable on thread (area_id, erased, last_inbound_ms)
    where state = 3 and erased < 3;
alter table alert add column erased_to bigint not null default 0;

-- Ids are their own time: how far a class has come, instead of an index on the widest table.
create index inbox_id on inbox using brin (id) with (pages_per_range = 32);
create table retention_mark (
    intake_id int not null,
    class text not null,
    done_id bigint not null,
    primary key (intake_id, class)
);
-- The key of the hashes. Whoever has a copy of inbox alone cannot try keys.
create table retention_secret (
    secret bytea not null
);
insert into retention_secret
select sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8'))
from generate_series(1, 4);

grant select, insert, update on retention_mark to koban_system;
grant select on retention_secret to koban_system;
