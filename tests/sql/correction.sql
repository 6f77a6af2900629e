-- SPDX-License-Identifier: Apache-2.0
--
-- Corrections of triage: who may, what counts at once, what waits for a second person, what
-- training is given. Who sees which thread is in matrix.sql.
begin;
select plan(35);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 1, 'b', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k11', 'k'), (21, 2, 'k21', 'k');
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);
insert into officer (id, area_id, koban_id, login, public_name, role) values (1, 1, 11, 'own', 'Own', 0), (2, 1, 11, 'mate', 'Mate', 0),
    (5, 1, 11, 'super', 'Super', 1), (6, 2, 21, 'far', 'Far', 1), (9, 1, 11, 'reader', 'Reader', 3);
insert into session (hash, officer_id, expires_at) select sha256(convert_to(login, 'UTF8')), id, now() + interval '1 hour' from officer;
insert into thread select 1, n, 1, 1000 + n, 11, 1, n, 1, 'addr' || n, 0, 2, 18, 0, 'ja', 0, 0, 0, 0, 0, 0, 0, 0, 0,
    true, null, null, -1, false, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, 4) n;
insert into thread_access (area_id, thread_id, koban_id, reason) select 1, id, 11, 'own' from thread;
insert into message (area_id, thread_id, id, direction, kind, body, reasons, state, priority, channel_id, address) values
    (1, 1, 10, 0, 0, 'alarm by mistake', '[{"code":"model","word":"0.91","version":"abc","intent":"emergency","category":13}]', 0, 5, 1, 'a'),
    (1, 2, 20, 0, 0, 'a missed plea', '[{"code":"model","word":"0.11","version":"abc","intent":"consultation","category":3}]', 0, 5, 1, 'a'),
    (1, 2, 21, 1, 0, 'our answer', '', 0, 5, 1, 'a'), (1, 2, 22, 0, 1, '', '', 0, 5, 1, 'a'),
    (1, 3, 30, 0, 0, 'a keyword', '[{"code":"keyword","word":"stop"}]', 0, 5, 1, 'a'),
    (1, 4, 40, 0, 0, 'more', '', 0, 5, 1, 'a');

create function pg_temp.correct(p_login text, p_thread bigint, p_message bigint, p_intent int) returns text language plpgsql as $$
begin
    return jsonb_path_query_array(console_correct(sha256(convert_to(p_login, 'UTF8')), 1, p_thread, p_message, p_intent, -1, 'now')
        -> 'corrections', '$[*].state');
exception when others then return sqlstate;
end $$;
create function pg_temp.review(p_login text, p_thread bigint, p_message bigint, p_officer bigint, p_right bool) returns text language plpgsql as $$
begin
    return jsonb_path_query_array(console_correct_review(sha256(convert_to(p_login, 'UTF8')), 1, p_thread, p_message, p_officer, p_right)
        -> 'corrections', '$[*].state');
exception when others then return sqlstate;
end $$;
create function pg_temp.waiting(p_login text) returns text language sql as
    $$ select console_corrections(sha256(convert_to(p_login, 'UTF8'))) ->> 'threads' $$;
create function pg_temp.taken(p_each int) returns text language sql as
    $$ select coalesce(string_agg(r_text || ':' || r_intent || ':' || r_category || ':' || r_urgency, ' ' order by r_text), '') from admin_correction_rows(p_each) $$;

select is(pg_temp.correct('own', 2, 20, 4), '["counts"]', 'what raises counts at once');
select is((select row(model, said_intent, said_category, intent, category)::text from correction where message_id = 20), '(abc,2,3,4,3)',
    'with what the model said of this message, and which model');
select is((select row(state, intent, version)::text from thread where id = 2), '(0,2,1)', 'the thread is as it was');
select is((select detail from audit where action = 'triage.correct'), '20 emergency', 'who said it is in the audit');
select is(pg_temp.correct('own', 1, 10, 2), '["waiting"]', 'what lowers an emergency waits');
select is(pg_temp.taken(10), 'a missed plea:4:3:3', 'and teaches nothing yet');
select is((select detail from audit where action = 'triage.train'), '1', 'that words were taken is in the audit');
select is(pg_temp.waiting('super'), '["1-1"]', 'a supervisor is asked');
select is(pg_temp.waiting('own'), '[]', 'an officer is not');
select is(pg_temp.waiting('far'), '[]', 'nor a supervisor elsewhere');
select is(pg_temp.review('mate', 1, 10, 1, true), 'KB403', 'an officer cannot agree');
select is(pg_temp.review('far', 1, 10, 1, true), 'KB404', 'a supervisor of another area sees none');
select is(pg_temp.review('super', 1, 10, 2, true), 'KB404', 'there is none of that officer');
select is(pg_temp.review('super', 1, 10, 1, true), '["counts"]', 'a supervisor agrees');
select is(pg_temp.taken(10), 'a missed plea:4:3:3 alarm by mistake:2:13:0', 'now it teaches');
select is(pg_temp.waiting('super'), '[]', 'nothing waits');
select is(pg_temp.correct('mate', 1, 10, 4), '["counts", "counts"]', 'another officer disagrees');
select is(pg_temp.taken(10), 'a missed plea:4:3:3 alarm by mistake:4:13:3', 'the higher one is taught');
select is(pg_temp.review('super', 1, 10, 2, false), '["counts", "refused"]', 'until a supervisor refuses it');
select is(pg_temp.taken(10), 'a missed plea:4:3:3 alarm by mistake:2:13:0', 'then the other');
select is(pg_temp.correct('mate', 1, 10, -1), '["counts", "refused"]', 'what was refused is not taken back');
select is(pg_temp.correct('mate', 1, 10, 4), '["counts", "waiting"]', 'nor said again without being asked about');
select is(pg_temp.correct('super', 1, 10, 2), '["counts", "waiting", "waiting"]', 'a supervisor''s own waits too');
select is(pg_temp.review('super', 1, 10, 5, true), 'KB403', 'for somebody else');
select is(pg_temp.review('super', 1, 10, 2, false), '["counts", "refused", "waiting"]', 'the officer''s is refused again');
select is(pg_temp.waiting('super'), '[]', 'one''s own waits for another');
select is(pg_temp.correct('own', 2, 20, -1), '[]', 'one''s own is taken back');
select is(pg_temp.correct('own', 2, 21, 4), 'KB422', 'our words are not corrected');
select is(pg_temp.correct('own', 2, 22, 4), 'KB422', 'nor a pin');
select is(pg_temp.correct('own', 2, 20, 3), 'KB422', 'nor to "unclear"');
select is(pg_temp.correct('own', 2, 10, 4), 'KB422', 'nor a message of another thread');
select is(pg_temp.correct('reader', 2, 20, 4), 'KB403', 'a reader reads');
select pg_temp.correct('own', 3, 30, 0);
select is((select model || said_intent || state from correction where message_id = 30), 'now21', 'without the model''s word the thread''s counts, and the model of now');
select pg_temp.correct('own', 4, 40, 4), pg_temp.correct('own', 2, 20, 4);
select is(pg_temp.taken(1), 'more:4:18:3',
    'of one officer only so many, the newest');
update message set body = '' where id in (20, 40);
select is(pg_temp.taken(10), 'alarm by mistake:2:13:0', 'erased words teach nothing');

select * from finish();
rollback;
