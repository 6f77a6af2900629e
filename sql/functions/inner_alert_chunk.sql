-- SPDX-License-Identifier: Apache-2.0
-- The next p_limit subscriptions after a cursor: of a correction those the first alert
-- reached, else all of the area. is_wanted: active and not paused; who is not is passed
-- over here and not looked at again.
create or replace function inner_alert_chunk(p_area_id int, p_alert_id bigint,
    p_kind smallint, p_origin_id bigint, p_cursor_id bigint, p_limit int)
returns table (id bigint, channel_id int, address text, language text, kobans int[],
    topics int, quiet_from int, quiet_to int, is_wanted bool)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    if p_kind = 1 then
        return query
        select s.id, s.channel_id, s.address, s.language, s.kobans, s.topics,
            s.quiet_from::int, s.quiet_to::int,
            s.state = 1 and (s.paused_until is null or s.paused_until <= now())
        from subscription s
        where s.area_id = p_area_id and s.id > p_cursor_id and s.id > 0
        order by s.id limit p_limit;
    else
        return query
        select d.recipient, d.channel_id, d.address, d.language, '{}'::int[], 0, 0, 0, true
        from delivery d
        where d.area_id = p_area_id and d.alert_id = p_origin_id
          and d.recipient > p_cursor_id and d.state in (2, 3, 4, 5, 7)
        order by d.recipient limit p_limit;
    end if;
end $$;
alter function inner_alert_chunk(int, bigint, smallint, bigint, bigint, int) owner to koban_system;
revoke execute on function inner_alert_chunk(int, bigint, smallint, bigint, bigint, int) from public;
grant execute on function inner_alert_chunk(int, bigint, smallint, bigint, bigint, int) to koban_system;
comment on function inner_alert_chunk(int, bigint, smallint, bigint, bigint, int) is
    'The next subscriptions an alert may go to, by id, whether wanted or not.';
