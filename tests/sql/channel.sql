-- SPDX-License-Identifier: Apache-2.0
--
-- What comes in on a channel is counted once, behind the traffic; a channel is quiet when the
-- hour, or the day, brings much less than it does at this time of the week; who hears of it.
begin;
select plan(17);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja'), (2, 'g', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 2, 'b', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k', 'k'), (21, 2, 'l', 'l');
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id, is_held, held_reason) values
    (1, 1, 1, 'busy', 'webhook', 11, false, ''), (2, 1, 1, 'rare', 'line', 11, true, 'token'),
    (3, 1, 2, 'new', 'line', 11, false, ''), (4, 2, 2, 'abroad', 'line', 21, false, '');
insert into officer (id, area_id, koban_id, login, public_name) values (1, 1, 11, 'a', 'a'), (2, 2, 21, 'b', 'b');
insert into session (hash, officer_id, expires_at, only_area_id, only_thread_id) values
    ('\x01', 1, now() + interval '1 hour', null, null), ('\x02', 2, now() + interval '1 hour', null, null),
    ('\x03', 1, now() + interval '1 hour', 1, 1);

-- Posts of a channel, evenly over an hour that ended p_ago before the last ten minutes began.
create function pg_temp.posts(p_channel int, p_count int, p_ago interval, p_kind int default 0) returns void language sql as $$
    insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency, post_id, event_index, body)
    select c.intake_id, c.id, 'k' || p_ago || n || '-' || p_kind, i.id, now(), p_kind, 0, i.id, 0, ''
    from channel c, generate_series(1, p_count) n, lateral (select ((extract(epoch from date_bin('10 minutes', now(), 'epoch') - p_ago
        - interval '1 hour' + interval '59 minutes' * n / p_count) * 1000)::bigint - 1704067200000) << 22 | (c.id << 12) | n | (p_kind << 10) as id) i
    where c.id = p_channel
$$;
create function pg_temp.tally() returns bigint language plpgsql as $$
begin
    -- 29 days, six hours a call.
    for i in 1..120 loop perform channel_tally(); end loop;
    return channel_tally();
end $$;
create function pg_temp.channel(p_session bytea, p_name text) returns jsonb language sql as $$
    select c from jsonb_array_elements(console_channels(p_session) -> 'channels') c where c ->> 'name' = p_name
$$;
-- A week ago and before: 40 an hour on one channel, 12 a day on another; a third is new.
select pg_temp.posts(1, 40, w * interval '7 days'), pg_temp.posts(2, 12, w * interval '7 days' + interval '5 hours')
from generate_series(1, 4) w;
select pg_temp.posts(1, 36, '0'), pg_temp.posts(2, 11, '5 hours'), pg_temp.posts(3, 2, '1 day');

select is(pg_temp.tally(), 0::bigint, 'as ever: nothing is quiet');
select is((select sum(posts)::int from channel_tally where channel_id = 1), 196, 'each post once');
select channel_tally();
select is((select sum(posts)::int from channel_tally where channel_id = 1), 196, 'and again nothing twice');
select is(pg_temp.channel('\x01', 'busy') - 'last_inbound_ms', '{"name": "busy", "kind": "webhook", "state": "works", "reason": "",
    "quiet": false, "hour": 36, "usual_hour": 40}'::jsonb, 'what an officer is told');
select ok((pg_temp.channel('\x01', 'busy') ->> 'last_inbound_ms')::bigint between
    extract(epoch from now() - interval '13 minutes') * 1000 and extract(epoch from now()) * 1000, 'when something last came in');
select is(pg_temp.channel('\x01', 'rare') ->> 'state', 'broken', 'and which is broken');
select is(jsonb_array_length(console_channels('\x01') -> 'channels'), 3, 'of the own force');
select is(jsonb_array_length(console_channels('\x02') -> 'channels'), 1, 'of another its own');
select is(jsonb_array_length(console_channels('\x03') -> 'channels'), 0, 'none behind a link');
select throws_ok($$select console_channels('\x09')$$, 'KB401', null, 'none without a session');

-- The provider's webhook was switched off an hour ago: only receipts come.
delete from inbox where channel_id = 1 and id > (select max(id) from inbox) - (3600000::bigint << 22);
select pg_temp.posts(1, 40, '0', 1);
truncate channel_tally, channel_tally_mark;
select is(pg_temp.tally(), 1::bigint, 'an hour without a message is quiet');
select is(pg_temp.channel('\x01', 'busy') ->> 'quiet', 'true', 'the busy one');
select is((select count(*)::int from event where kind = 10 and area_id = 1), 1, 'its consoles hear of it once');
select is(console_boot('\x01') -> 'quiet', '["busy"]'::jsonb, 'and show it');
select is(pg_temp.channel('\x02', 'abroad') ->> 'quiet', 'false', 'who never had any is not quiet');

-- Few a day: a day without one.
delete from inbox where channel_id = 2 and id > (select max(id) from inbox) - (86400000::bigint << 22);
truncate channel_tally, channel_tally_mark;
select is(pg_temp.tally(), 2::bigint, 'a day without its few');
select pg_temp.posts(1, 30, '0'), pg_temp.posts(2, 9, '5 hours');
truncate channel_tally, channel_tally_mark;
select is(pg_temp.tally(), 0::bigint, 'they are back');

select * from finish();
rollback;
