-- SPDX-License-Identifier: Apache-2.0
-- Subscriptions of a batch in one area, by (channel, address), one row an element; r_id 0
-- when there is none. With the last alert that reached the address, and the koban its
-- answers go to; of a leader the group, and who of it is out.
create or replace function subscription_facts(
    p_area_id int, p_channel_ids int[], p_addresses text[])
returns table (r_index int, r_id bigint, r_state smallint, r_kobans int[], r_topics int,
    r_language text, r_quiet_from smallint, r_quiet_to smallint, r_paused_until_ms bigint,
    r_last_alert_id bigint, r_last_alert_ms bigint, r_last_alert_koban_id int,
    r_group_count int, r_is_out bool, r_led_group text, r_led_out text, r_closest_koban_id int)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    return query
    select g.n::int, coalesce(s.id, 0), coalesce(s.state, 0::smallint),
        coalesce(s.kobans, '{}'), coalesce(s.topics, 0), coalesce(s.language, ''),
        coalesce(s.quiet_from, -1::smallint), coalesce(s.quiet_to, -1::smallint),
        coalesce((extract(epoch from s.paused_until) * 1000)::bigint, 0),
        coalesce(s.last_alert_id, 0),
        coalesce((extract(epoch from s.last_alert_at) * 1000)::bigint, 0),
        coalesce(a.koban_id, 0),
        (select count(*)::int from volunteer_member m where m.area_id = p_area_id
            and m.subscription_id = s.id),
        exists (select from volunteer_duty d where d.area_id = p_area_id
            and d.subscription_id = s.id and d.ended_at is null),
        coalesce(l.name, ''),
        coalesce((select string_agg(coalesce(nullif(m.name, ''), '?'), ', ' order by m.name)
            from volunteer_member m
            join volunteer_duty d on d.area_id = m.area_id
                and d.subscription_id = m.subscription_id and d.ended_at is null
            where m.area_id = p_area_id and m.group_id = l.id), ''),
        coalesce(s.closest_koban_id, 0)
    from unnest(p_channel_ids, p_addresses) with ordinality as g (channel_id, address, n)
    left join subscription s on s.area_id = p_area_id and s.channel_id = g.channel_id
        and s.address = g.address
    left join alert a on a.area_id = p_area_id and a.id = s.last_alert_id
    left join lateral (select v.id, v.name from volunteer_member m
        join volunteer_group v on v.area_id = m.area_id and v.id = m.group_id
        where m.area_id = p_area_id and m.subscription_id = s.id and m.is_leader
          and not v.is_closed
        order by v.name limit 1) l on true
    order by g.n;
end $$;
alter function subscription_facts(int, int[], text[]) owner to koban_system;
revoke execute on function subscription_facts(int, int[], text[]) from public;
grant execute on function subscription_facts(int, int[], text[]) to koban_gateway;
comment on function subscription_facts(int, int[], text[]) is
    'Subscriptions of a batch in one area, by (channel, address).';
