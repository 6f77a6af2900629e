-- SPDX-License-Identifier: Apache-2.0
-- The open threads this session's officer holds.
create or replace function console_mine(p_session bytea)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint;
begin
    v_officer := console_enter(p_session);
    return jsonb_build_object('threads', (select coalesce(jsonb_agg(
        t.area_id || '-' || t.id order by t.id), '[]')
        from thread t where t.claimed_by = v_officer and t.state < 3));
end $$;
alter function console_mine(bytea) owner to koban_scoped;
revoke execute on function console_mine(bytea) from public;
grant execute on function console_mine(bytea) to koban_gateway;
comment on function console_mine(bytea) is
    'The open threads this session''s officer holds.';
