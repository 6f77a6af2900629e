-- SPDX-License-Identifier: Apache-2.0
-- Ends a group; its members go on getting alerts. What is wrong, or nothing.
create or replace function admin_group_close(p_group bigint)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    update volunteer_group set is_closed = true where id = p_group and not is_closed;
    return case when found then '' else 'no open group has this number' end;
end
$$;
revoke execute on function admin_group_close(bigint) from public;
comment on function admin_group_close(bigint) is
    'Ends a group; its members go on getting alerts. What is wrong, or nothing.';
