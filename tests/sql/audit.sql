-- SPDX-License-Identifier: Apache-2.0
--
-- The audit: its chain holds, and shows a row that was changed, taken out, put in, or never
-- sealed. Entries of the chain hold no content.
begin;
select plan(13);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 1, 'b', 'Asia/Tokyo');
insert into audit (area_id, id, at, officer_id, thread_id, action, detail)
select 1 + n % 2, gen_random_uuid(), now() - interval '3 days' + n * interval '1 minute', 7, n, 'thread.read', 'd' || n
from generate_series(1, 20) n;
create function pg_temp.broken() returns text[] language sql as
    'select coalesce(array_agg(r_area_id || '':'' || r_position order by 1), ''{}'') from audit_verify()';

select is(array_length(pg_temp.broken(), 1), 20, 'what was never sealed is told');
select is(audit_seal(7), 7, 'as many as are asked for');
select is(audit_seal(100), 13, 'the rest, however old: a sealer that was away for days');
select is(audit_seal(100), 0, 'nothing twice');
select is(pg_temp.broken(), '{}', 'every link holds');
select is((select array_agg(column_name::text order by ordinal_position) from information_schema.columns where table_name = 'audit_chain'),
    array['area_id', 'position', 'audit_id', 'hash'], 'the chain holds no content');

insert into audit (area_id, officer_id, thread_id, action) values (1, 7, 1, 'late');
select is(pg_temp.broken(), '{}', 'a row of this moment may wait for the sealer');
select is(audit_seal(100), 1, 'and gets its link');

savepoint before;
update audit set officer_id = 8 where thread_id = 5 and area_id = 2;
select is(pg_temp.broken(), array['2:3'], 'a row that was changed');
rollback to before;
delete from audit where thread_id = 5 and area_id = 2;
select is(pg_temp.broken(), array['2:3'], 'a row that was taken out');
rollback to before;
delete from audit_chain where area_id = 2 and position = 3;
delete from audit where thread_id = 5 and area_id = 2;
select is(pg_temp.broken(), array['2:4'], 'with its link');
rollback to before;
insert into audit (area_id, at, officer_id, thread_id, action) values (1, now() - interval '2 days', 7, 1, 'invented');
select is(pg_temp.broken(), array['1:0'], 'a row that was put in among the old ones');
rollback to before;
update audit_chain set hash = '\x00' where area_id = 1 and position = 1;
select is(pg_temp.broken(), array['1:1'], 'a link that was changed');

select * from finish();
rollback;
