-- SPDX-License-Identifier: Apache-2.0
-- Counts what has come in since the last time, ten seconds behind the traffic, by posts that
-- begin with a message; and how many channels are quieter than usual now. Any process may
-- call it at any time: a bucket that another one counts is left to it. At first it reads what
-- is there of the last 29 days, six hours a call.
create or replace function channel_tally()
returns bigint
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare
    v_until bigint := ((extract(epoch from clock_timestamp()) * 1000)::bigint
        - 1704067200000 - 10000) << 22;
    v_hour bigint := 3600000::bigint << 22;
    v_bucket int; v_mark bigint; v_next bigint;
begin
    insert into channel_tally_mark
    select distinct c.intake_id, greatest(v_until - 29 * 24 * v_hour, 0) from channel c
    on conflict do nothing;
    for v_bucket, v_mark in
        select m.intake_id, m.post_id from channel_tally_mark m order by 1
        for update skip locked
    loop
        v_next := least(v_until, v_mark + 6 * v_hour);
        continue when v_next <= v_mark;
        insert into channel_tally as t (intake_id, channel_id, at, posts, last_at)
        select v_bucket, p.channel_id, date_bin('10 minutes', p.at, 'epoch'), count(*), max(p.at)
        from (select i.channel_id,
                to_timestamp(((i.post_id >> 22) + 1704067200000) / 1000.0) as at
              from inbox i
              where i.intake_id = v_bucket and i.post_id > v_mark and i.post_id <= v_next
                and i.body is not null and i.kind = 0) p
        group by 2, 3
        on conflict (intake_id, channel_id, at) do update
        set posts = t.posts + excluded.posts, last_at = greatest(t.last_at, excluded.last_at);
        update channel_tally_mark set post_id = v_next where intake_id = v_bucket;
        delete from channel_tally
        where intake_id = v_bucket and at < now() - interval '36 days';
        if v_next = v_until then
            perform channel_pace(v_bucket);
        end if;
    end loop;
    return (select count(*) from channel_pace where is_quiet);
end $$;
alter function channel_tally() owner to koban_system;
revoke execute on function channel_tally() from public;
grant execute on function channel_tally() to koban_gateway;
comment on function channel_tally() is
    'Counts what has come in on each channel; how many are quieter than usual.';
