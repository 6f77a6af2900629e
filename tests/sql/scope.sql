-- SPDX-License-Identifier: Apache-2.0
--
-- The matrix: officer, supervisor, command desk x own, other's, granted, closed thread; no
-- scope, no row.
begin;
select plan(29);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 1, 'b', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k11', 'k'), (12, 1, 'k12', 'k'), (13, 1, 'k13', 'k'), (21, 2, 'k21', 'k'), (90, 2, 'k90', 'k');
update force set command_koban_id = 90;
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);
insert into officer (id, area_id, koban_id, login, public_name, role) values
    (1, 1, 11, 'own', 'o', 0), (2, 1, 12, 'other', 'o', 0), (3, 1, 12, 'super', 's', 1),
    (4, 2, 21, 'far', 's', 1), (5, 2, 90, 'command', 'c', 1), (6, 1, 11, 'reader', 'r', 3),
    (7, 1, 13, 'third', 'o', 0), (8, 2, 21, 'abroad', 'o', 0);
insert into session (hash, officer_id, expires_at)
    select sha256(convert_to(login, 'UTF8')), id, now() + interval '1 hour' from officer;
insert into thread select 1, n, 1, 1000 + n, 11, 1, n, 1, 'addr' || n, 0, 2, 0, 0, 'ja', 0, 0, 0, 0, 0, 0, 0, 0, 0,
    true, null, null, -1, false, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, 3) n;
insert into thread_access (area_id, thread_id, koban_id, reason)
    select 1, n, 11, 'own' from generate_series(1, 3) n;
insert into thread_access (area_id, thread_id, koban_id, reason) values (1, 2, 12, 'ladder');
insert into thread_access (area_id, thread_id, koban_id, reason, until) values (1, 3, 12, 'ladder', now());
insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
    select 1, n, n, 0, 0, 'secret', 0, 5, 1, 'addr' || n from generate_series(1, 3) n;

create function pg_temp.seen(p_login text, p_thread bigint) returns text language plpgsql as $$
begin
    perform console_thread(sha256(convert_to(p_login, 'UTF8')), 1, p_thread, 0, 10);
    return 'seen';
exception when others then return sqlstate;
end $$;

select is(pg_temp.seen('own', 1), 'seen', 'an officer sees a thread of the own koban');
select is(pg_temp.seen('other', 1), 'KB404', 'not one of another koban');
select is(pg_temp.seen('other', 2), 'seen', 'but one that the ladder granted');
select is(pg_temp.seen('other', 3), 'KB404', 'until that ended');
select is(pg_temp.seen('own', 3), 'seen', 'the own koban keeps its closed one');
select is(pg_temp.seen('super', 1), 'seen', 'a supervisor sees the own area');
select is(pg_temp.seen('far', 1), 'KB404', 'not another area');
select is(pg_temp.seen('command', 1), 'seen', 'the command desk sees the force');
select is(pg_temp.seen('nobody', 1), 'KB401', 'without a session nothing');
update session set is_locked = true where officer_id = 1;
select is(pg_temp.seen('own', 1), 'KB423', 'a locked console reads nothing');
update session set is_locked = false where officer_id = 1;

create function pg_temp.may(p_login text, p_thread bigint) returns text language plpgsql as $$
begin
    perform console_authorize(sha256(convert_to(p_login, 'UTF8')), 1, p_thread, 'x');
    return 'may';
exception when others then return sqlstate;
end $$;

select is(pg_temp.may('own', 1), 'may', 'who sees may act');
select is(pg_temp.may('other', 1), 'KB404', 'who does not see may not');
select is(pg_temp.may('reader', 1), 'KB403', 'a reader only reads');

-- A whole area at once: koban 0.
insert into thread_access (area_id, thread_id, koban_id, reason) values (1, 2, 0, 'overflow');
select is(pg_temp.seen('third', 2), 'seen', 'any koban of the area sees what the whole area was granted');
select is(pg_temp.seen('third', 1), 'KB404', 'and nothing else');
select is(pg_temp.seen('abroad', 2), 'KB404', 'a koban of another area does not');
select is(pg_temp.may('third', 2), 'may', 'who sees may act');
update thread_access set until = now() where koban_id = 0;
select is(pg_temp.seen('third', 2), 'KB404', 'until that ended');
select is(pg_temp.may('third', 2), 'KB404', 'then nobody may act');

select is(jsonb_array_length(console_boot(sha256('own'))->'threads'), 3, 'the queue of the own koban');
select is(jsonb_array_length(console_boot(sha256('other'))->'threads'), 1, 'the queue of the other one');
select is(jsonb_array_length(console_boot(sha256('far'))->'threads'), 0, 'the queue of another area');

select is((select count(*)::int from audit where action = 'thread.read' and thread_id = 1), 3,
    'every reading is in the audit, none that was refused');

-- A page to an officer's phone holds a link that opens as that officer.
insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
    values (1, 1, 77, 4, 0, '【k】1001 https://koban.example/p/AbC-_123xyz go', 0, 5, 1, 'phone');
select is((select m->>'body' from jsonb_array_elements(console_thread(sha256('own'), 1, 1, 0, 10)->'messages') m
    where m->>'id' = '77'), '【k】1001 https://koban.example/p/… go', 'nobody reads another officer''s link');
update thread set claimed_by = 2 where id = 1;
select is(inner_rows(1, array[1::bigint])->0->'claimed_by', 'null'::jsonb, 'a claim of somebody off duty is nobody''s');
select inner_duty(2, 12, 0::smallint, true, 'test');
select is(inner_rows(1, array[1::bigint])->0->'claimed_by'->>'id', '2', 'on duty it is theirs');

set local role koban_scoped;
select set_config('koban.officer', '', true), set_config('koban.kobans', '', true), set_config('koban.areas', '', true),
    set_config('koban.near', '', true);
select is((select count(*)::int from thread), 0, 'no scope, no thread');
select is((select count(*)::int from message), 0, 'no scope, no message');
select is((select count(*)::int from thread_access), 0, 'no scope, no access row');
reset role;

select * from finish();
rollback;
