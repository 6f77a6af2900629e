-- SPDX-License-Identifier: Apache-2.0
-- The first broken link of each area's chain, and, at position 0, rows that have gone a minute
-- without a link; nothing when all hold.
create or replace function audit_verify()
returns table (r_area_id int, r_position bigint, r_audit_id text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare v record; v_hash bytea := '\x'; v_area int; v_bad int;
begin
    for v in select c.area_id, c.position, c.audit_id, c.hash, a.id, a.at, a.officer_id,
            a.thread_id, a.action, a.detail
        from audit_chain c left join audit a on a.area_id = c.area_id and a.id = c.audit_id
        order by c.area_id, c.position
    loop
        if v.area_id is distinct from v_area then
            v_area := v.area_id; v_hash := '\x'; v_bad := 0;
        end if;
        if v_bad = 0 and (v.id is null or v.hash <> sha256(v_hash || convert_to(concat_ws('|',
            v.area_id, v.audit_id, (extract(epoch from v.at) * 1000000)::bigint,
            v.officer_id, v.thread_id, v.action, v.detail), 'UTF8'))) then
            v_bad := 1;
            r_area_id := v.area_id; r_position := v.position; r_audit_id := v.audit_id::text;
            return next;
        end if;
        v_hash := v.hash;
    end loop;
    return query
    select a.area_id, 0::bigint, a.id::text from audit a
    where a.at < now() - interval '1 minute' and not exists (
        select from audit_chain c where c.area_id = a.area_id and c.audit_id = a.id)
    order by a.area_id, a.at;
end $$;
alter function audit_verify() owner to koban_system;
revoke execute on function audit_verify() from public;
grant execute on function audit_verify() to koban_gateway;
comment on function audit_verify() is
    'The first broken link of each area''s chain, and, at position 0, rows that have gone a minute without a link; nothing when all hold.';
