-- SPDX-License-Identifier: Apache-2.0
-- Compares each channel of a bucket with itself: the last hour, and the last day, with the
-- same of the last four weeks (their middle; weeks before its first message do not count).
-- Quiet is less than a third of it and less than chance explains: three times the root.
-- The consoles of its force hear when that changes.
create or replace function channel_pace(p_intake_id int)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_end timestamptz := date_bin('10 minutes', now(), 'epoch'); v_force int; v_area int;
begin
    for v_force in
        with windows as (
            select c.id, c.force_id, w.week, l.long,
                v_end - w.week * interval '7 days' - l.long as since,
                (select min(t.at) from channel_tally t where t.intake_id = p_intake_id
                    and t.channel_id = c.id) as first_at,
                (select coalesce(sum(t.posts), 0) from channel_tally t
                 where t.intake_id = p_intake_id and t.channel_id = c.id
                   and t.at >= v_end - w.week * interval '7 days' - l.long
                   and t.at < v_end - w.week * interval '7 days') as posts
            from channel c cross join generate_series(0, 4) w (week)
            cross join (values (interval '1 hour'), (interval '1 day')) l (long)
            where c.intake_id = p_intake_id
        ), paces as (
            select id, force_id, long, max(posts) filter (where week = 0) as posts,
                count(*) filter (where week > 0 and first_at <= since) as weeks,
                coalesce(percentile_cont(0.5) within group (order by posts)
                    filter (where week > 0 and first_at <= since), 0) as usual
            from windows group by id, force_id, long
        ), now_is as (
            select id, force_id,
                max(posts) filter (where long = interval '1 hour')::int as posts,
                max(usual) filter (where long = interval '1 hour')::int as usual,
                bool_or(weeks >= 2 and posts < usual / 3
                    and posts < usual - 3 * sqrt(usual)) as is_quiet
            from paces group by id, force_id
        ), was as (
            select p.channel_id, p.is_quiet from channel_pace p
            where p.intake_id = p_intake_id
        ), written as (
            insert into channel_pace as p (intake_id, channel_id, posts, usual, is_quiet, last_at)
            select p_intake_id, n.id, n.posts, n.usual, n.is_quiet,
                (select t.last_at from channel_tally t where t.intake_id = p_intake_id
                    and t.channel_id = n.id order by t.at desc limit 1)
            from now_is n
            on conflict (intake_id, channel_id) do update set posts = excluded.posts,
                usual = excluded.usual, is_quiet = excluded.is_quiet,
                last_at = coalesce(excluded.last_at, p.last_at)
        )
        select distinct n.force_id from now_is n left join was w on w.channel_id = n.id
        where n.is_quiet <> coalesce(w.is_quiet, false)
    loop
        -- kind 10: a channel is another than before.
        for v_area in select a.id from area a where a.force_id = v_force order by 1 loop
            perform event_append(v_area, '{0}'::bigint[], '{0}'::int[], '{0}'::bigint[],
                '{0}'::int[], '{10}'::smallint[], '{0}'::smallint[]);
        end loop;
    end loop;
end $$;
alter function channel_pace(int) owner to koban_system;
revoke execute on function channel_pace(int) from public;
comment on function channel_pace(int) is
    'Compares each channel of a bucket with itself, hour and day, over four weeks.';
