-- SPDX-License-Identifier: Apache-2.0
-- Links the audit rows that are not in the chain yet, area by area, oldest first; how many.
create or replace function audit_seal(p_limit int)
returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record; v_last record; v_count int := 0;
begin
    for v in select a.* from audit a
        where a.at > now() - interval '1 day' and not exists (
            select from audit_chain c where c.area_id = a.area_id and c.audit_id = a.id)
        order by a.area_id, a.at, a.id limit p_limit
    loop
        select position, hash into v_last from audit_chain where area_id = v.area_id
        order by position desc limit 1;
        insert into audit_chain values (v.area_id, coalesce(v_last.position, 0) + 1, v.id,
            sha256(coalesce(v_last.hash, '\x') || convert_to(concat_ws('|', v.area_id, v.id,
                (extract(epoch from v.at) * 1000000)::bigint, v.officer_id, v.thread_id,
                v.action, v.detail), 'UTF8')));
        v_count := v_count + 1;
    end loop;
    return v_count;
end $$;
alter function audit_seal(int) owner to koban_system;
revoke execute on function audit_seal(int) from public;
grant execute on function audit_seal(int) to koban_gateway;
comment on function audit_seal(int) is
    'Links the audit rows that are not in the chain yet, area by area, oldest first; how many.';
