-- SPDX-License-Identifier: Apache-2.0
--
-- What wakes somebody: each age and count from nothing to something and back.
begin;
select plan(13);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k', 'k');
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);
insert into officer (id, area_id, koban_id, login, public_name) values (1, 1, 11, 'a', 'a'), (2, 1, 11, 'b', 'b');
create function pg_temp.ago(p interval) returns bigint language sql as
    'select (extract(epoch from clock_timestamp() - p) * 1000)::bigint';
create function pg_temp.emergency(p_id bigint, p_intent int, p_acknowledged bigint, p interval) returns void
language sql as $$
    insert into thread select 1, p_id, 1, p_id::int, 11, 1, 1, 1, p_id::text, 0, p_intent, 0, 3, 'ja', 0, 0, 0,
        p_acknowledged, 0, 0, 0, 0, 0, true, null, null, -1, false, 0, 0, 0, 0, pg_temp.ago(p), 0, 0;
$$;

select is((select row(w.*)::text from watch_read() w), '(0,0,0,0,0,0,0,0)', 'nothing waits, nobody is there');

select pg_temp.emergency(1, 2, 0, '1 hour'), pg_temp.emergency(2, 4, 1, '1 hour');
select is((select r_emergency_ms from watch_read()), 0::bigint, 'a question, or one that is opened, wakes nobody');
select pg_temp.emergency(3, 4, 0, '10 seconds'), pg_temp.emergency(4, 4, 0, '70 seconds');
select ok((select r_emergency_ms between 70000 and 75000 from watch_read()), 'the oldest that nobody has opened');
update thread set acknowledged_ms = 1 where id = 4;
select ok((select r_emergency_ms between 10000 and 15000 from watch_read()), 'opened: the next');

insert into outbox (area_id, id, thread_id, channel_id, address, priority, state, is_automatic, not_before, created_at, is_silent, retry_key)
values (1, 1, 1, 1, 'x', 0, 2, true, now(), now() - interval '1 hour', false, '1'),
    (1, 2, 1, 1, 'x', 0, 1, true, now(), now() - interval '20 seconds', false, '2');
select ok((select r_outbox_ms between 20000 and 25000 from watch_read()), 'what is on its way does not wait');

insert into timer values (1, 1, 1, now() + interval '1 minute', 0);
select is((select r_timer_ms from watch_read()), 0::bigint, 'a timer to come is not late');
insert into timer values (1, 2, 1, now() - interval '5 seconds', 0);
select ok((select r_timer_ms between 5000 and 10000 from watch_read()), 'one that should have come is');

select inner_duty(1, 11, 0::smallint, true, 'console'), inner_duty(2, 11, 0::smallint, true, 'console');
insert into console_presence (node_id, stream_id, officer_id, area_id, koban_id, has_sound) values (1, 1, 1, 1, 11, false);
select is((select row(r_on_duty, r_reachable)::text from watch_read()), '(2,0)', 'a console without sound reaches nobody');
update console_presence set has_sound = true;
insert into officer_phone values (2, 1, 'p', false);
select is((select row(r_on_duty, r_reachable)::text from watch_read()), '(2,1)', 'with sound it does; an unverified telephone does not');
update officer_phone set is_verified = true;
select is((select r_reachable from watch_read()), 2::bigint, 'a verified one does');

insert into quarantine (intake_id, id, channel_id, reason, received_at, target, is_done) values
    (1, 1, 1, 'r', now(), '/', true), (1, 2, 1, 'r', now(), '/', false);
update channel set is_held = true, held_reason = 'administrator';
select is((select row(r_quarantined, r_broken)::text from watch_read()), '(1,0)', 'held by a person is not broken');
update channel set held_reason = 'token refused';
select is((select r_broken from watch_read()), 1::bigint, 'refused by its provider is');

insert into alert (area_id, id, number, koban_id, state, topic, severity, author_id, expires_at)
select 1, n, n, 11, n, 1, 1, 1, now() + interval '1 hour' from unnest(array[4, 5, 7]) n;
insert into alert_progress select 1, a, 1, s, 100 from unnest(array[4, 5, 7]) a, generate_series(1, 3) s;
select is((select r_alerts from watch_read()), 200::bigint, 'of alerts under way, who is still to be told');

select * from finish();
rollback;
