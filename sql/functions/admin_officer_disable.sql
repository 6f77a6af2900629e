-- SPDX-License-Identifier: Apache-2.0
-- Takes an officer out of service, their sessions at once, or back in; what is wrong, or nothing.
create or replace function admin_officer_disable(p_login text, p_is_disabled bool)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_officer bigint;
begin
    update officer set is_disabled = p_is_disabled where login = p_login returning id
    into v_officer;
    if v_officer is null then
        return 'no officer has this login';
    end if;
    delete from session where officer_id = v_officer and p_is_disabled;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_officer_disable(text, bool) from public;
comment on function admin_officer_disable(text, bool) is
    'Takes an officer out of service, their sessions at once, or back in; what is wrong, or nothing.';
