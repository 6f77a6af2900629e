-- SPDX-License-Identifier: Apache-2.0
--
-- What is older than its class allows is erased; ids, audit and accounts stay, and an event that
-- comes again after its key has become a hash is still no second event.
begin;
select plan(29);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k', 'k');
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);
create function pg_temp.ms(p_days int) returns bigint language sql as
    'select (extract(epoch from now() - p_days * interval ''1 day'') * 1000)::bigint';
create function pg_temp.id(p_days int, n int) returns bigint language sql as
    'select ((pg_temp.ms(p_days) - 1704067200000) << 22) + n';
-- Thread n of contact n, its message, its event, p_days old.
create function pg_temp.case_of(n int, p_days int, p_state int) returns void language sql as $$
    insert into contact (intake_id, id, version, current_area_id, current_thread_id) values (1, n, 1, 1, n);
    insert into address (intake_id, channel_id, address, contact_id) values (1, 1, 'addr' || n, n);
    insert into thread select 1, n, 1, n, 11, 1, n, 1, 'addr' || n, p_state, 2, 0, 0, 'ja', 0, 0, 0,
        1, 0, 0, 0, 0, 0, true, 35.7, 139.7, -1, false, pg_temp.ms(p_days), 0, 0, 0, pg_temp.ms(p_days), 0, 0;
    insert into message (area_id, thread_id, id, direction, kind, body, state, priority, latitude, longitude, reasons, inbox_id, channel_id, address)
    values (1, n, n, 0, 0, 'words', 0, 0, 1, 1, 'why', pg_temp.id(p_days, n), 1, 'addr' || n);
    insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, outcome, area_id, thread_id, post_id, event_index, target, body)
    values (1, 1, 'm:' || n, pg_temp.id(p_days, n), now() - p_days * interval '1 day', 0, 0, 1, 1, n, pg_temp.id(p_days, n), 0, '/in/c', 'raw');
$$;
select pg_temp.case_of(1, 400, 3), pg_temp.case_of(2, 400, 0), pg_temp.case_of(3, 40, 3), pg_temp.case_of(4, 1, 3);
insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, outcome, post_id, event_index, target, body)
select 1, 1, 'q:' || o, pg_temp.id(400, 10 + o), now() - interval '400 days', 0, 0, o, pg_temp.id(400, 10 + o), 0, '/in/c', 'raw'
from unnest(array[0, 5]) o;
insert into quarantine (intake_id, id, channel_id, reason, received_at, target, body) values
    (1, pg_temp.id(400, 15), 1, 'r', now() - interval '400 days', 'inbox', null),
    (1, 2, 1, 'r', now() - interval '100 days', '/in/c?x', 'raw'), (1, 3, 1, 'r', now(), '/in/c', 'raw');
insert into draft (area_id, thread_id, officer_id, body) values (1, 1, 1, 'half a reply');
insert into audit (area_id, officer_id, thread_id, action) values (1, 1, 1, 'thread.open');
insert into alert (area_id, id, number, koban_id, state, topic, severity, author_id, expires_at)
values (1, 1, 1, 11, 7, 1, 1, 1, now() - interval '100 days');
insert into delivery (area_id, alert_id, recipient, channel_id, address, language, state, not_before)
select 1, 1, n, 1, 'addr', 'ja', 3, now() from generate_series(1, 5) n;
create temp table before as select accounts() as a, (select count(*) from audit) as audits;

select is(retention_run(10000, 10000, 10000, 10000, 10000, 100), 0::bigint, 'nothing is that old');
select throws_ok('select retention_run(90, 0, 30, 365, 90, 100)', '22023', null, 'no days at all is a mistake, not for ever');
select ok(retention_run(90, 90, 30, 365, 90, 2) > 0, 'a chunk');
select ok((select bool_or(retention_run(90, 90, 30, 365, 90, 2) > 0) from generate_series(1, 20)), 'and more');
select is(retention_run(90, 90, 30, 365, 90, 2), 0::bigint, 'until there is nothing');

select is((select row(body, reasons, latitude, address)::text from message where id = 1), '("","",,"")', 'words and address of an old closed thread');
select is((select row(address, latitude)::text from thread where id = 1), '("",)', 'and of the thread itself');
select is((select count(*) from address where contact_id = 1), 0::bigint, 'nobody is known by that address any more');
select is((select count(*) from draft), 0::bigint, 'what was half written');
select is((select row(body, address)::text from message where id = 2), '(words,addr2)', 'an open thread is in use, however old');
select is((select count(*) from address where contact_id = 2), 1::bigint, 'so is its address');
select is((select body from message where id = 3), 'words', 'not old enough');
select is((select count(*) from inbox where id = pg_temp.id(400, 1) and body is null and target is null), 1::bigint, 'raw bytes');
select is((select count(*) from inbox where id = pg_temp.id(40, 3) and body is null), 1::bigint, 'sooner than words');
select is((select count(*) from inbox where id = pg_temp.id(1, 4) and body is not null), 1::bigint, 'not the young ones');
select is((select count(*) from inbox where event_key = 'q:0' and body is not null), 1::bigint, 'never what is not settled');
select is((select count(*) from inbox where event_key = 'q:5' and body is null), 1::bigint, 'quarantined in its own time');
select is((select string_agg(row(target, body is null, is_done)::text, ' ' order by received_at) from quarantine),
    '(inbox,t,t) ("",t,t) (/in/c,f,f)', 'nothing is left to release');
select is((select count(*) from inbox where event_key like 'm:%'), 2::bigint, 'old keys are gone');
select ok((select bool_and(event_key ~ '^h:[0-9a-f]{64}$') from inbox where thread_id in (1, 2)), 'a keyed hash remains');
select is((select count(*) from delivery where address = ''), 5::bigint, 'who was told of an alert');
select is((select count(*) from thread where number > 0), 4::bigint, 'ids stay');
select is(accounts() - 'differences', (select a - 'differences' from before), 'accounts say what they said');
select is((select jsonb_array_length(accounts() -> 'differences')), (select jsonb_array_length(a -> 'differences') from before), 'and miss nothing more');
select ok((select count(*) from audit where action = 'thread.open') = 1, 'audit stays');
select ok((select count(*) from audit where action like 'retention.%') > 0, 'and tells that and how much was erased');

create function pg_temp.put(p_key text) returns bool language sql as $$
    select r_is_new from inbox_put(1, array[1], array[p_key], array[pg_temp.id(0, 99)], array[pg_temp.ms(0)], array[0::smallint],
        array[0::smallint], array[pg_temp.id(0, 99)], array[0::smallint], array['/in/c'], array['raw'::bytea])
$$;
select is(pg_temp.put('m:1'), false, 'an event whose key is a hash by now is still stored once');
select is(pg_temp.put('m:4'), false, 'as one whose key is not');
select is(pg_temp.put('m:5'), true, 'a new one is new');

select * from finish();
rollback;
