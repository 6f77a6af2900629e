-- SPDX-License-Identifier: Apache-2.0
-- Erases words (bit 1) or addresses (bit 2) of closed threads nobody has written in since; how
-- many threads. An address that no thread and no subscription needs any more goes too.
create or replace function retention_thread(p_area_id int, p_bit smallint, p_before_ms bigint,
    p_limit int)
returns int
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_ids bigint[];
begin
    select array_agg(d.id) into v_ids from (
        select t.id from thread t
        where t.area_id = p_area_id and t.state = 3 and t.erased < 3
          and t.erased = any (case when p_bit = 1 then '{0,2}' else '{0,1}' end::smallint[])
          and t.last_inbound_ms < p_before_ms
          and greatest(t.opened_ms, t.attended_ms, t.last_automatic_ms) < p_before_ms
        limit p_limit for update skip locked) d;
    if v_ids is null then
        return 0;
    end if;
    if p_bit = 1 then
        update message m set body = '', reasons = '', latitude = null, longitude = null
        where m.area_id = p_area_id and m.thread_id = any (v_ids);
        delete from draft d where d.area_id = p_area_id and d.thread_id = any (v_ids);
        update thread t set erased = t.erased | p_bit, latitude = null, longitude = null
        where t.area_id = p_area_id and t.id = any (v_ids);
    else
        update message m set address = ''
        where m.area_id = p_area_id and m.thread_id = any (v_ids);
        -- While its contact has another thread that is not old, the address is needed.
        delete from address a using thread t, contact c
        where t.area_id = p_area_id and t.id = any (v_ids)
          and a.intake_id = t.intake_id and a.channel_id = t.channel_id and a.address = t.address
          and c.intake_id = a.intake_id and c.id = a.contact_id
          and not exists (select from thread o
              where (o.area_id, o.id) in ((c.current_area_id, c.current_thread_id),
                  (c.previous_area_id, c.previous_thread_id))
                and o.erased & 2 = 0 and not (o.area_id = p_area_id and o.id = any (v_ids)))
          and not exists (select from area r join subscription s on s.area_id = r.id
              and s.channel_id = a.channel_id and s.address = a.address and s.state <> 2);
        update thread t set erased = t.erased | p_bit, address = ''
        where t.area_id = p_area_id and t.id = any (v_ids);
    end if;
    insert into audit (area_id, officer_id, thread_id, action, detail)
    values (p_area_id, 0, 0, case when p_bit = 1 then 'retention.body' else 'retention.address' end,
        cardinality(v_ids)::text);
    return cardinality(v_ids);
end $$;
alter function retention_thread(int, smallint, bigint, int) owner to koban_system;
revoke execute on function retention_thread(int, smallint, bigint, int) from public;
comment on function retention_thread(int, smallint, bigint, int) is
    'Erases words or addresses of closed threads nobody has written in since; how many threads.';
