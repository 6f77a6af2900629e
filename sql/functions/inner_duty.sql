-- SPDX-License-Identifier: Apache-2.0
-- An officer starts or ends duty at a koban; starting elsewhere ends what was open.
create or replace function inner_duty(
    p_officer_id bigint, p_koban_id int, p_role smallint, p_is_on bool, p_source text)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_area int;
begin
    update duty set ended_at = now() where officer_id = p_officer_id and ended_at is null;
    select area_id into v_area from koban where id = p_koban_id;
    if p_is_on and v_area is not null then
        insert into duty (area_id, officer_id, koban_id, role, source, started_at)
        values (v_area, p_officer_id, p_koban_id, p_role, p_source, clock_timestamp());
    elsif not p_is_on and v_area is not null then
        -- Ended early: the planned shift does not bring them back.
        insert into duty (area_id, officer_id, koban_id, role, source, started_at, ended_at)
        values (v_area, p_officer_id, p_koban_id, p_role, 'ended', clock_timestamp(),
            clock_timestamp());
    end if;
    if not p_is_on then
        -- A session outlasts no shift: wherever it stands open, it has its usual end again.
        update session set expires_at = now() + interval '1 hour'
        where officer_id = p_officer_id and expires_at = 'infinity';
    end if;
    update version set value = value + 1 where name = 'roster';
end $$;
alter function inner_duty(bigint, int, smallint, bool, text) owner to koban_system;
revoke execute on function inner_duty(bigint, int, smallint, bool, text) from public;
grant execute on function inner_duty(bigint, int, smallint, bool, text) to koban_system, koban_scoped;
comment on function inner_duty(bigint, int, smallint, bool, text) is
    'An officer starts or ends duty at a koban; starting elsewhere ends what was open.';
