-- SPDX-License-Identifier: Apache-2.0
-- A new password and code secret (sealed, in hex); sessions of before end. What is wrong, or
-- nothing.
create or replace function admin_officer_password(p_login text, p_hash text, p_totp text)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    update officer set password_hash = p_hash, totp_secret = decode(p_totp, 'hex'),
        totp_counter = 0, failed_count = 0 where login = p_login;
    if not found then
        return 'no officer has this login';
    end if;
    delete from session where officer_id = (select id from officer where login = p_login);
    return '';
end
$$;
revoke execute on function admin_officer_password(text, text, text) from public;
comment on function admin_officer_password(text, text, text) is
    'A new password and code secret (sealed, in hex); sessions of before end. What is wrong, or nothing.';
