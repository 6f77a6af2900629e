-- SPDX-License-Identifier: Apache-2.0
-- Tells every console of the areas of these koban that something about duty has changed there.
create or replace function duty_event(p_koban_ids int[], p_urgency smallint)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_area int;
begin
    for v_area in select distinct k.area_id from koban k where k.id = any (p_koban_ids)
        order by 1
    loop
        perform event_append(v_area, '{0}'::bigint[], '{0}'::int[], '{0}'::bigint[],
            '{0}'::int[], '{9}'::smallint[], array[p_urgency]);
    end loop;
end $$;
alter function duty_event(int[], smallint) owner to koban_system;
revoke execute on function duty_event(int[], smallint) from public;
grant execute on function duty_event(int[], smallint) to koban_system;
comment on function duty_event(int[], smallint) is
    'Tells every console of the areas of these koban that something about duty has changed there.';
