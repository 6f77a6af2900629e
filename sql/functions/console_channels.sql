-- SPDX-License-Identifier: Apache-2.0
-- The channels of an officer's force: whether each works, when something last came in, and
-- whether it is quieter than usual for the hour. None behind a one-time link.
create or replace function console_channels(p_session bytea)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint := console_enter(p_session);
begin
    return jsonb_build_object('channels', (
        select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'kind', c.adapter,
            'state', case when not c.is_held then 'works'
                when c.held_reason = 'administrator' then 'held' else 'broken' end,
            'reason', c.held_reason,
            'last_inbound_ms', (extract(epoch from p.last_at) * 1000)::bigint,
            'quiet', coalesce(p.is_quiet, false),
            'hour', coalesce(p.posts, 0), 'usual_hour', coalesce(p.usual, 0))
            order by c.name), '[]')
        from channel c left join channel_pace p on p.intake_id = c.intake_id
            and p.channel_id = c.id
        where c.force_id = (select a.force_id from officer o join area a on a.id = o.area_id
            where o.id = v_officer and current_setting('koban.link_area') = '0')));
end $$;
alter function console_channels(bytea) owner to koban_scoped;
revoke execute on function console_channels(bytea) from public;
grant execute on function console_channels(bytea) to koban_gateway;
comment on function console_channels(bytea) is
    'The channels of an officer''s force, how they are, and whether one is quieter than usual.';
