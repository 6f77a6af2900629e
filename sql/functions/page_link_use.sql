-- SPDX-License-Identifier: Apache-2.0
-- Uses a one-time link: a session of its officer that sees its thread and nothing else.
-- KB404 when there is no such link any more, KB409 when it was used.
create or replace function page_link_use(p_hash bytea, p_session bytea, p_ttl_ms bigint)
returns table (r_area_id int, r_thread_id bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare v page_link;
begin
    select l.* into v from page_link l
    join officer o on o.id = l.officer_id and not o.is_disabled
    where l.hash = p_hash and l.expires_at > now()
    for update of l;
    if not found then
        raise exception 'no such link' using errcode = 'KB404';
    end if;
    if v.used_at is not null then
        raise exception 'used' using errcode = 'KB409';
    end if;
    update page_link l set used_at = now() where l.hash = p_hash;
    insert into session (hash, officer_id, expires_at, only_area_id, only_thread_id)
    values (p_session, v.officer_id, now() + p_ttl_ms * interval '1 millisecond', v.area_id,
        v.thread_id);
    insert into audit (area_id, officer_id, thread_id, action)
    values (v.area_id, v.officer_id, v.thread_id, 'link.use');
    return query select v.area_id, v.thread_id;
end $$;
alter function page_link_use(bytea, bytea, bigint) owner to koban_system;
revoke execute on function page_link_use(bytea, bytea, bigint) from public;
grant execute on function page_link_use(bytea, bytea, bigint) to koban_gateway;
comment on function page_link_use(bytea, bytea, bigint) is
    'Uses a one-time link: a session of its officer that sees its thread and nothing else.';
