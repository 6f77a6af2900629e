-- SPDX-License-Identifier: Apache-2.0
-- One chunk of each class of each area and intake bucket; how many rows. Called again while
-- there are some. Days are the country pack's.
create or replace function retention_run(p_body int, p_address int, p_raw_event int,
    p_event_key int, p_quarantine int, p_limit int)
returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_now bigint := extract(epoch from now()) * 1000; v_one int; v_count bigint := 0;
    v_day bigint := 86400000;
begin
    if least(p_body, p_address, p_raw_event, p_event_key, p_quarantine) < 1 then
        raise exception 'a class is kept for a day at least' using errcode = '22023';
    end if;
    for v_one in select a.id from area a order by 1 loop
        v_count := v_count
            + retention_thread(v_one, 1::smallint, v_now - p_body * v_day, p_limit)
            + retention_thread(v_one, 2::smallint, v_now - p_address * v_day, p_limit);
    end loop;
    for v_one in select distinct c.intake_id from channel c order by 1 loop
        v_count := v_count
            + retention_inbox(v_one, 'raw_event', v_now - p_raw_event * v_day, p_limit)
            + retention_inbox(v_one, 'quarantine', v_now - p_quarantine * v_day, p_limit)
            + retention_inbox(v_one, 'event_key', v_now - p_event_key * v_day, p_limit);
    end loop;
    return v_count + retention_small(p_address * interval '1 day',
        p_raw_event * interval '1 day', p_quarantine * interval '1 day', p_limit);
end $$;
alter function retention_run(int, int, int, int, int, int) owner to koban_system;
revoke execute on function retention_run(int, int, int, int, int, int) from public;
grant execute on function retention_run(int, int, int, int, int, int) to koban_gateway;
comment on function retention_run(int, int, int, int, int, int) is
    'One chunk of each class of what is older than the country pack allows; how many rows.';
