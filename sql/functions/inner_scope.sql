-- SPDX-License-Identifier: Apache-2.0
-- The koban and areas a session may see: where its officer is on duty, else their own koban;
-- all areas of the force at the command desk, the own area for a supervisor.
create or replace function inner_scope(p_hash bytea)
returns table (r_officer_id bigint, r_role smallint, r_name text, r_kobans int[],
    r_areas int[], r_koban_id int, r_area_id int, r_is_locked bool)
language sql security definer set search_path = public, pg_temp as $$
    select o.id, o.role, o.public_name,
        -- Behind a one-time link: no koban and no area, only its thread (console_enter).
        case when s.only_thread_id is not null then '{}'::int[] else
            array(select distinct k from unnest(array[o.koban_id] || array(
                select d.r_koban_id from duty_now() d where d.r_officer_id = o.id)) k) end,
        case when s.only_thread_id is not null then '{}'::int[]
            when o.role in (1, 2) then
            case when f.command_koban_id = o.koban_id or o.role = 2
                then array(select id from area where force_id = a.force_id)
                else array[o.area_id] end
            else '{}'::int[] end,
        coalesce((select d.koban_id from duty d where d.officer_id = o.id
            and d.ended_at is null order by d.started_at desc limit 1), o.koban_id),
        o.area_id, s.is_locked
    from session s
    join officer o on o.id = s.officer_id and not o.is_disabled
    join area a on a.id = o.area_id
    join force f on f.id = a.force_id
    where s.hash = p_hash and s.expires_at > now()
$$;
alter function inner_scope(bytea) owner to koban_system;
revoke execute on function inner_scope(bytea) from public;
grant execute on function inner_scope(bytea) to koban_system, koban_scoped;
comment on function inner_scope(bytea) is
    'The koban and areas a session may see: where its officer is on duty, else their own koban; all areas of the force at the command desk, the own area for a supervisor.';
