-- SPDX-License-Identifier: Apache-2.0
-- The last rows of the audit, newest first.
create or replace function admin_audit_list(p_limit int)
returns table (at timestamptz, area int, officer text, thread bigint, action text, detail text)
language sql set search_path = public, pg_temp as $$
    select a.at, a.area_id, coalesce(o.login, a.officer_id::text), a.thread_id, a.action, a.detail
    from audit a left join officer o on o.id = a.officer_id
    order by a.at desc limit p_limit
$$;
revoke execute on function admin_audit_list(int) from public;
comment on function admin_audit_list(int) is
    'The last rows of the audit, newest first.';
