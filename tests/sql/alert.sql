-- SPDX-License-Identifier: Apache-2.0
--
-- Who x which area's alert x which function of the console, every cell; and what alerts must
-- not do whoever asks: be approved by their author, go out with another number than was
-- typed, reach somebody twice or anybody who stopped.
begin;

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja'), (2, 'g', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 1, 'b', 'Asia/Tokyo'), (3, 2, 'c', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k11', 'k'), (21, 2, 'k21', 'k'), (90, 2, 'k90', 'k'), (31, 3, 'k31', 'k');
update area set desk_koban_id = 11 where id = 1;
update force set command_koban_id = 90 where id = 1;
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);
insert into officer (id, area_id, koban_id, login, public_name, role) values
    (1, 1, 11, 'own', 'o', 0), (2, 1, 11, 'second', 'o', 0), (4, 2, 21, 'abroad', 'o', 0), (5, 1, 11, 'supervisor', 's', 1),
    (7, 2, 90, 'command', 'c', 1), (9, 1, 11, 'reader', 'r', 3), (11, 1, 11, 'locked', 'o', 0), (12, 1, 11, 'gone', 'o', 0),
    (14, 1, 11, 'link', 'o', 0), (15, 3, 31, 'foreign', 'a', 2);
insert into session (hash, officer_id, expires_at)
    select sha256(convert_to(login, 'UTF8')), id, now() + interval '1 hour' from officer;
update session set is_locked = true where officer_id = 11;
update session set expires_at = now() - interval '1 second' where officer_id = 12;
update session set only_area_id = 1, only_thread_id = 1 where officer_id = 14;

-- An alert an area that waits for approval, written by nobody here.
insert into alert (area_id, id, number, koban_id, state, topic, severity, author_id, expires_at, audience)
    select n, n, 1, 11, 2, 1, 1, 99, now() + interval '1 day', 0 from generate_series(1, 3) n;
insert into alert_text values (1, 1, 'ja', 'the words', true), (2, 2, 'ja', 'the words', true), (3, 3, 'ja', 'the words', true);

create function pg_temp.hash(p_login text) returns bytea language sql as 'select sha256(convert_to(p_login, ''UTF8''))';
create function pg_temp.probe(p_function text, p_login text, p_area int) returns text language plpgsql as $$
declare s bytea := pg_temp.hash(p_login); a bigint := p_area;
begin
    update alert set approver_id = 0, state = case when p_function in ('console_alert_submit', 'console_alert_delete') then 1 when p_function = 'console_alert_control' then 4 else 2 end;
    case p_function
    when 'console_alerts' then
        return case when exists (select from jsonb_array_elements(console_alerts(s) -> 'alerts') r
            where r ->> 'id' = a::text) then 'y' else 'KB404' end;
    when 'console_alert' then perform console_alert(s, p_area, a);
    when 'console_alert_rows' then
        return case when jsonb_array_length(console_alert_rows(s, p_area, array[a]) -> 'alerts') = 1 then 'y' else 'KB404' end;
    when 'console_map' then
        return case when exists (select from jsonb_array_elements(console_map(s) -> 'kobans') k
            where (k ->> 'area')::int = p_area) then 'y' else 'KB404' end;
    when 'console_alert_preview' then perform console_alert_preview(s, p_area, a, 0, 0);
    when 'console_alert_save' then perform console_alert_save(s, p_area, a,
        jsonb_build_object('topic', 1, 'severity', 'warning', 'kobans', '[]'::jsonb, 'texts', '{"ja": "w"}'::jsonb,
            'expires_ms', 2000000000000), 'ja');
    when 'console_alert_submit' then perform console_alert_submit(s, p_area, a, 0, array['ja'], 0, 0);
    when 'console_alert_decide' then perform console_alert_decide(s, p_area, a, 'refuse', 0, 'r',
        (select x.version from alert x where x.area_id = p_area and x.id = a));
    when 'console_alert_control' then perform console_alert_control(s, p_area, a, 'pause');
    when 'console_alert_delete' then
        begin
            perform console_alert_delete(s, p_area, a, (select x.version from alert x where x.area_id = p_area and x.id = a));
            raise exception 'deleted' using errcode = 'KBOK1'; -- and there again for the next
        exception when sqlstate 'KBOK1' then null;
        end;
    end case;
    return 'y';
exception when others then return sqlstate;
end $$;

create temp view cells as
select f.name, e.login, n as area_id, case when e.refusal is not null then e.refusal
    when f.is_act and e.login in ('reader', 'link') then 'KB403'
    when f.name = 'console_alert_delete' and e.areas @> array[n] and e.login not in ('supervisor', 'command', 'foreign') then 'KB403'
    when e.areas @> array[n] then 'y' else 'KB404' end as wanted
from generate_series(1, 3) n, (values ('own', '{1}'::int[], null), ('second', '{1}', null), ('abroad', '{2}', null),
    ('supervisor', '{1}', null), ('command', '{1,2}', null), ('reader', '{1}', null), ('link', '{}', null),
    ('foreign', '{3}', null), ('locked', '{}', 'KB423'), ('gone', '{}', 'KB401'), ('nobody', '{}', 'KB401'))
        e (login, areas, refusal),
    (values ('console_alerts', false), ('console_alert_rows', false), ('console_map', false), ('console_alert', false), ('console_alert_preview', false), ('console_alert_save', true),
        ('console_alert_submit', true), ('console_alert_decide', true), ('console_alert_control', true), ('console_alert_delete', true)) f (name, is_act);

select plan((select count(*)::int from cells) + 31);
select is(pg_temp.probe(name, login, area_id), wanted, name || ' as ' || login || ', area ' || area_id)
from cells order by name, login, area_id;
select is_empty($$
    select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'public'
    where proname like 'console\_alert%' and proname not in (select name from cells)
$$, 'every function for alerts is in the matrix');

-- From draft to the last recipient.
insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state, kobans, topics, language, source, consented_at)
    select 1, 1, 'addr' || n, n, 1, n, case when n = 7 then 2 else 1 end, '{}', 2, 'ja', 'test', now() from generate_series(1, 10) n;
update subscription set paused_until = now() + interval '1 hour' where id = 8;
insert into lease values ('channel:1', 1, 5, now() + interval '1 hour'), ('alert:1:100', 1, 3, now() + interval '1 hour');
select lives_ok($$select console_alert_save(pg_temp.hash('own'), 1, 100, '{"topic": 1, "severity": "warning", "kobans": [],
    "texts": {"ja": "w"}, "expires_ms": 2000000000000}', 'ja')$$, 'a draft');
select is((select sum(r_count) from alert_audience(1, 100, 0, 0)), 8::numeric, 'neither who stopped nor who pauses');
select throws_ok($$select console_alert_submit(pg_temp.hash('own'), 1, 100, 80, array['ja'], 0, 0)$$, 'KB409', null, 'another audience than was seen');
select lives_ok($$select console_alert_submit(pg_temp.hash('own'), 1, 100, 8, array['ja'], 0, 0)$$, 'handed on');
select throws_ok($$select console_alert_decide(pg_temp.hash('own'), 1, 100, 'approve', 8, '', 2)$$, 'KB403', null, 'not by its author');
select throws_ok($$update alert set approver_id = author_id where id = 100$$, '23514', null, 'nor in the table itself');
select throws_ok($$select console_alert_decide(pg_temp.hash('second'), 1, 100, 'approve', 80, '', 2)$$, 'KB422', null, 'not with another number');
select throws_ok($$select console_alert_decide(pg_temp.hash('second'), 1, 100, 'approve', 8, '', 1)$$, 'KB409', null, 'not other words than were read');
select throws_ok($$select console_alert_save(pg_temp.hash('second'), 1, 100, '{"topic": 1, "severity": "warning", "kobans": [], "version": 1,
    "texts": {"ja": "x"}, "expires_ms": 2000000000000}', 'ja')$$, 'KB409', null, 'nor over words of a colleague');
select lives_ok($$select console_alert_decide(pg_temp.hash('second'), 1, 100, 'approve', 8, '', 2)$$, 'approved');
select throws_ok($$select alert_queue(1, 100, 4, 0, 0, 2)$$, 'KB003', null, 'a lease that was lost queues nothing');
select ok(not alert_queue(1, 100, 4, 0, 0, 3) and not alert_queue(1, 100, 4, 0, 0, 3) and alert_queue(1, 100, 4, 0, 0, 3),
    'in chunks, to the end');
update subscription set state = 2 where id = 2;
select is((select count(*) from delivery_claim(1, 1, 5, 100)), 7::bigint, 'who stopped meanwhile is passed over');
select is((select string_agg(state || ':' || count, ' ' order by state) from alert_progress where alert_id = 100 and count > 0),
    '2:7 8:1', 'and counted');

-- A provider that refuses until START.
insert into address (intake_id, channel_id, address, contact_id) select 1, 1, 'addr' || n, n from generate_series(1, 10) n on conflict do nothing;
create function pg_temp.recipient(p_address text) returns bigint language sql as
    'select recipient from delivery where alert_id = 100 and address = p_address';
select delivery_mark(1, array[100, 100], array[pg_temp.recipient('addr1'), pg_temp.recipient('addr3')], array[1, 1], 5, array[6, 6]::smallint[],
    array['', ''], array['opted_out', '21211'], array[0, 0], array[1, 1]);
select is((select array_agg(address) from address where is_opted_out), array['addr1'], 'the refused address is known, a wrong number is not one');
select is((select array_agg(id order by id) from subscription where state = 2 and id in (1, 3)), array[1::bigint], 'and gets no further alert');
select delivery_receipt(1, 100, pg_temp.recipient('addr4'), 4, ''), delivery_receipt(1, 100, pg_temp.recipient('addr4'), 8, '');
select is((select state from delivery where recipient = pg_temp.recipient('addr4')), 4::smallint, 'what was delivered does not expire');

-- A first save that is repeated; drafts that go.
create function pg_temp.save(p_login text, p_id bigint, p_more jsonb) returns jsonb language sql as $$
    select console_alert_save(pg_temp.hash(p_login), 1, p_id, '{"topic": 1, "severity": "warning", "kobans": [],
        "texts": {"ja": "w"}, "expires_ms": 2000000000000}'::jsonb || p_more, 'ja') $$;
select is(pg_temp.save('own', 200, '{"client_id": "one"}') ->> 'id', '200', 'a draft under an id of its console');
select is(pg_temp.save('own', 201, '{"client_id": "one", "texts": {"ja": "x"}}') #>> '{texts,ja}', 'w', 'the same id again is answered with it');
select is((select array_agg(id order by id) from alert where id in (200, 201)), array[200::bigint], 'and makes no second one');
select is(pg_temp.save('own', 202, '{"client_id": "two"}') ->> 'id', '202', 'another id does');
select is(pg_temp.save('own', 203, '{}') ->> 'id', '203', 'so does none');
select throws_ok($$select pg_temp.save('own', 204, '{"is_known": true, "version": 1}')$$, 'KB404', null, 'what is gone is not written anew');
select throws_ok($$select console_alert_delete(pg_temp.hash('second'), 1, 200, 1)$$, 'KB403', null, 'a colleague''s draft stays');
select throws_ok($$select console_alert_delete(pg_temp.hash('own'), 1, 200, 2)$$, 'KB409', null, 'so do other words than were read');
select is(console_alert_delete(pg_temp.hash('own'), 1, 200, 1) #>> '{texts,ja}', 'w', 'its author deletes it');
select is((select count(*) from alert_text where alert_id = 200), 0::bigint, 'with its words');
select is((select array_agg(officer_id) from audit where action = 'alert.delete' and detail = '200'), array[1::bigint], 'on record');
select lives_ok($$select console_alert_delete(pg_temp.hash('supervisor'), 1, 202, 1)$$, 'a supervisor any');
create function pg_temp.undeleted() returns text language plpgsql as $$
declare n int; r text := '';
begin
    for n in 1..8 loop
        update alert set state = n where id = 203;
        begin
            perform console_alert_delete(pg_temp.hash('own'), 1, 203, 1);
        exception when sqlstate 'KB409' then r := r || n;
        end;
        perform pg_temp.save('own', 203, '{}') where not exists (select from alert where id = 203);
    end loop;
    return r;
end $$;
select is(pg_temp.undeleted(), '2345678', 'nothing that was handed in');

select * from finish();
rollback;
