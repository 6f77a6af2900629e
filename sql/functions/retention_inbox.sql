-- SPDX-License-Identifier: Apache-2.0
-- Erases the bytes of settled events, or turns their keys into hashes, in the order of ids and
-- from where it stopped; how many rows. What is not settled, or waits in quarantine, is left.
create or replace function retention_inbox(p_intake_id int, p_class text, p_before_ms bigint,
    p_limit int)
returns int
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_from bigint; v_to bigint; v_end bigint; v_last bigint; v_count int; v_empty int := 0;
    v_window bigint := 21600000::bigint << 22; -- six hours of ids
begin
    -- 41 bits of milliseconds since 2024 stand above 22 bits of node and sequence.
    v_to := (p_before_ms - 1704067200000) << 22;
    select m.done_id into v_from from retention_mark m
    where m.intake_id = p_intake_id and m.class = p_class;
    if v_from is null then
        select min(i.id) - 1 into v_from from inbox i where i.intake_id = p_intake_id;
    end if;
    -- A window at a time: the index only knows about where an id stands.
    loop
        v_end := least(v_to, v_from + v_window);
        select max(d.id), count(*) into v_last, v_count from (
            select i.id from inbox i
            where i.intake_id = p_intake_id and i.id > v_from and i.id < v_end
            order by i.id limit p_limit) d;
        exit when v_count > 0 or v_end >= v_to or v_end is null or v_empty = 200;
        v_from := v_end - 1;
        v_empty := v_empty + 1;
    end loop;
    if v_count = 0 and v_empty = 0 then
        return 0;
    end if;
    v_last := coalesce(v_last, v_from);
    if p_class = 'event_key' then
        update inbox i set event_key = event_key_hash(i.event_key)
        where i.intake_id = p_intake_id and i.id > v_from and i.id <= v_last
          and i.outcome not in (0, 5) and i.event_key not like 'h:%';
    else
        update inbox i set target = null, body = null
        where i.intake_id = p_intake_id and i.id > v_from and i.id <= v_last
          and i.body is not null
          and (i.outcome = 5) = (p_class = 'quarantine') and i.outcome <> 0;
    end if;
    insert into retention_mark values (p_intake_id, p_class, v_last)
    on conflict (intake_id, class) do update set done_id = excluded.done_id;
    return case when v_empty = 200 then greatest(v_count, 1) else v_count end;
end $$;
alter function retention_inbox(int, text, bigint, int) owner to koban_system;
revoke execute on function retention_inbox(int, text, bigint, int) from public;
comment on function retention_inbox(int, text, bigint, int) is
    'Erases the bytes of settled events, or turns their keys into hashes; how many rows.';
