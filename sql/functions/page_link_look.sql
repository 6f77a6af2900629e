-- SPDX-License-Identifier: Apache-2.0
-- What the page behind a one-time link may say before anybody has taken the thread: nothing
-- of the resident. No row for a token that never was, or whose time is over.
create or replace function page_link_look(p_hash bytea)
returns table (r_is_used bool, r_number int, r_language text, r_name text, r_name_ja text,
    r_name_id text, r_name_en text, r_taken_by text)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select l.used_at is not null, t.number, o.language, k.name, k.name_ja, k.name_id,
        k.name_en, coalesce(h.public_name, '')
    from page_link l
    join officer o on o.id = l.officer_id and not o.is_disabled
    join thread t on t.area_id = l.area_id and t.id = l.thread_id
    join koban k on k.id = t.koban_id
    left join officer h on h.id = t.claimed_by and h.id <> l.officer_id
    where l.hash = p_hash and l.expires_at > now();
end $$;
alter function page_link_look(bytea) owner to koban_system;
revoke execute on function page_link_look(bytea) from public;
grant execute on function page_link_look(bytea) to koban_gateway;
comment on function page_link_look(bytea) is
    'What the page behind a one-time link may say before anybody has taken the thread.';
