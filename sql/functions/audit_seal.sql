-- SPDX-License-Identifier: Apache-2.0
-- Links the audit rows that are not in the chain yet, area by area, oldest first; how many.
-- It looks back an hour from the last row it sealed, for what was committed late; a row that
-- appears further back was not written by us, and audit_verify tells it.
create or replace function audit_seal(p_limit int)
returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_area int; v record; v_last record; v_count int := 0;
begin
    for v_area in select id from area order by 1 loop
        select c.position, c.hash, a.at into v_last
        from audit_chain c left join audit a on a.area_id = c.area_id and a.id = c.audit_id
        where c.area_id = v_area order by c.position desc limit 1;
        for v in select a.* from audit a
            where a.area_id = v_area
              and (v_last.at is null or a.at > v_last.at - interval '1 hour')
              and not exists (select from audit_chain c
                  where c.area_id = a.area_id and c.audit_id = a.id)
            order by a.at, a.id limit p_limit - v_count
        loop
            v_last.position := coalesce(v_last.position, 0) + 1;
            v_last.hash := sha256(coalesce(v_last.hash, '\x') || convert_to(concat_ws('|',
                v.area_id, v.id, (extract(epoch from v.at) * 1000000)::bigint, v.officer_id,
                v.thread_id, v.action, v.detail), 'UTF8'));
            insert into audit_chain values (v_area, v_last.position, v.id, v_last.hash);
            v_count := v_count + 1;
        end loop;
    end loop;
    return v_count;
end $$;
alter function audit_seal(int) owner to koban_system;
revoke execute on function audit_seal(int) from public;
grant execute on function audit_seal(int) to koban_gateway;
comment on function audit_seal(int) is
    'Links the audit rows that are not in the chain yet, area by area, oldest first; how many.';
