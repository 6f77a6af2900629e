-- SPDX-License-Identifier: Apache-2.0
-- A police force; what is wrong, or nothing.
create or replace function admin_force_add(p_id int, p_name text, p_country text, p_language text)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    insert into force (id, name, country, language) values (p_id, p_name, p_country, p_language)
    on conflict do nothing;
    if not found then
        return 'a force has this number already';
    end if;
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_force_add(int, text, text, text) from public;
comment on function admin_force_add(int, text, text, text) is
    'A police force; what is wrong, or nothing.';
