-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- What was said to an address by itself: the limit on automatic texts is an address's, and so
-- is the guard against another robot. The two functions get columns; no program that calls
-- the old ones was ever released.

alter table contact add automatic_ms bigint not null default 0,
    add answers smallint not null default 0, add answers_ms bigint not null default 0;
drop function if exists contact_facts(int, int[], text[]);
drop function if exists contact_apply(int, bigint[], int[], int[], text[], text[], smallint[], int[], int[], int[],
    bigint[], int[], smallint[], int[], smallint[]);
