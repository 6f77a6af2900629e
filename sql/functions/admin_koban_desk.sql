-- SPDX-License-Identifier: Apache-2.0
-- Makes a koban the desk of its area, or the command desk of its force; what is wrong, or
-- nothing.
create or replace function admin_koban_desk(p_slug text, p_is_command bool)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_koban koban;
begin
    select * into v_koban from koban where slug = p_slug;
    if v_koban.id is null then
        return 'no koban has this slug';
    end if;
    if p_is_command then
        update force set command_koban_id = v_koban.id
        where id = (select force_id from area where id = v_koban.area_id);
    else
        update area set desk_koban_id = v_koban.id where id = v_koban.area_id;
    end if;
    update koban k set is_desk = exists (select from area where desk_koban_id = k.id)
        or exists (select from force where command_koban_id = k.id);
    perform admin_moved('roster');
    return '';
end
$$;
revoke execute on function admin_koban_desk(text, bool) from public;
comment on function admin_koban_desk(text, bool) is
    'Makes a koban the desk of its area, or the command desk of its force; what is wrong, or nothing.';
