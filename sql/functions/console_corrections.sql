-- SPDX-License-Identifier: Apache-2.0
-- Threads with a correction that waits for this session's officer as a supervisor, oldest first.
create or replace function console_corrections(p_session bytea)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_officer bigint;
begin
    v_officer := console_enter(p_session);
    return jsonb_build_object('threads', (select coalesce(jsonb_agg(d.ref order by d.at), '[]')
        from (select c.area_id || '-' || c.thread_id as ref, min(c.at) as at from correction c
            where c.state = 1 and c.officer_id <> v_officer
              and c.area_id = any (coalesce(nullif(current_setting('koban.areas'), ''),
                  '{}')::int[])
            group by 1 order by 2 limit 200) d));
end $$;
alter function console_corrections(bytea) owner to koban_scoped;
revoke execute on function console_corrections(bytea) from public;
grant execute on function console_corrections(bytea) to koban_gateway;
comment on function console_corrections(bytea) is
    'Threads with a correction that waits for this session''s officer as a supervisor.';
