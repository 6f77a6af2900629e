-- SPDX-License-Identifier: Apache-2.0
--
-- Lanes, priorities, lives, fences: to claim is to send, and never twice.
begin;
select plan(19);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k', 'k');
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);
insert into thread select 1, 1, 1, 1000, 11, 1, 1, 1, 'x', 0, 2, 0, 0, 'ja', 0, 0, 0, 0, 0, 0, 0, 0, 0,
    true, null, null, -1, false, 0, 0, 0, 0, 0, 0, 0;
create function pg_temp.put(p_id bigint, p_address text, p_priority int, p_automatic bool, p_life interval default null)
returns void language sql as $$
    insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
    values (1, 1, p_id, 1, 0, 'b', 1, p_priority, 1, p_address);
    insert into outbox (area_id, id, thread_id, channel_id, address, priority, state, is_automatic,
        not_before, expires_at, created_at, is_silent, retry_key)
    values (1, p_id, 1, 1, p_address, p_priority, 1, p_automatic, now() - interval '1 minute', now() + p_life, now(), false, p_id::text);
$$;
create function pg_temp.claim(p_limit int) returns bigint[] language sql as
    'select coalesce(array_agg(r_message_id), ''{}'') from outbox_claim(1, 1, 1, p_limit)';

select lives_ok('select lease_take(''channel:1'', 1, 10000)', 'a lease');
select is(lease_take('channel:1', 2, 10000), 0::bigint, 'is nobody else''s');
select throws_ok('select outbox_claim(1, 1, 7, 1)', 'KB003', null, 'no claim without the live fence');

select pg_temp.put(1, 'a', 5, true), pg_temp.put(2, 'b', 4, false), pg_temp.put(3, 'c', 0, false), pg_temp.put(4, 'd', 2, true);
select is(pg_temp.claim(10), array[3, 4, 2, 1]::bigint[], 'the best class first');
select is(pg_temp.claim(10), '{}'::bigint[], 'to claim is to send: never twice');

select pg_temp.put(5, 'e', 4, false), pg_temp.put(6, 'e', 4, false);
select is(pg_temp.claim(10), array[5]::bigint[], 'a lane keeps its order');
select pg_temp.put(7, 'e', 0, false);
select is(pg_temp.claim(10), array[7]::bigint[], 'nothing holds back an emergency');
select pg_temp.put(8, 'f', 5, true), pg_temp.put(9, 'f', 5, false);
select is((select array_agg(x order by x) from unnest(pg_temp.claim(10)) x), array[8, 9]::bigint[],
    'an automatic text never holds back an officer');

select outbox_mark(1, array[1::bigint], array[5::bigint], 1, array[3::smallint], array['p5'], array[''], array[0::bigint], array[1], array[1]);
select is(pg_temp.claim(10), array[6]::bigint[], 'sent: the next of the lane may go');
select is((select state from message where id = 5), 3::smallint, 'sent');

select pg_temp.put(10, 'g', 3, true, interval '-1 second');
update outbox set claimed_at = now() - interval '1 hour' where id = 3;
select set_eq('select r_state from outbox_expire(1, 30000)', array[8, 7]::smallint[],
    'a life that ended is expired, a sender that never came back is unknown');
select is((select state from message where id = 3), 7::smallint, 'unknown is never queued again');

select pg_temp.put(11, 'h', 4, false), pg_temp.put(12, 'i', 4, false);
insert into address (intake_id, channel_id, address, contact_id) values (1, 1, 'h', 1), (1, 1, 'i', 2), (2, 1, 'h', 3), (1, 2, 'h', 4);
select ok(array[11, 12]::bigint[] <@ pg_temp.claim(10), 'two leave');
select outbox_mark(1, array[1, 1]::bigint[], array[11, 12]::bigint[], 1, array[6, 6]::smallint[], array['', ''],
    array['opted_out', '21211'], array[0, 0]::bigint[], array[1, 1], array[1, 1]);
select results_eq('select contact_id from address where is_opted_out', array[1::bigint],
    'refused until START: that address on that channel, nobody else');

-- Every class of people.md 3, put in from the least to the most urgent: what leaves is the other way round.
-- Only two slots are free: what is urgent leaves, however long the rest has waited.
select pg_temp.put(20, 'p', 5, true), pg_temp.put(21, 'q', 4, false), pg_temp.put(22, 'r', 3, true),
    pg_temp.put(23, 's', 2, true), pg_temp.put(24, 't', 0, false);
select is(pg_temp.claim(2), array[24, 23]::bigint[], 'an officer in an emergency, then the first answer');
select is(pg_temp.claim(1), array[22]::bigint[], 'then what is said of a rung');
select is(pg_temp.claim(1), array[21]::bigint[], 'then an officer');
select is(pg_temp.claim(9), array[20]::bigint[], 'then what is automatic');

-- A reply of an officer has a life too.
select pg_temp.put(30, 'u', 0, false, interval '-1 second'), pg_temp.put(31, 'v', 0, false, interval '1 hour');
select is(pg_temp.claim(9), array[31]::bigint[], 'what outlived its life never leaves');

select * from finish();
rollback;
