-- SPDX-License-Identifier: Apache-2.0
-- A new value of a secret (sealed, in hex); the one before verifies until the next. What is
-- wrong, or nothing.
create or replace function admin_channel_secret(p_name text, p_key text, p_sealed text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_channel int := (select id from channel where name = p_name);
begin
    if v_channel is null then
        return 'no channel has this name';
    end if;
    delete from channel_secret where channel_id = v_channel and key = p_key and slot = 2;
    update channel_secret set slot = 2 where channel_id = v_channel and key = p_key;
    insert into channel_secret values (v_channel, p_key, 1, decode(p_sealed, 'hex'));
    perform admin_moved('channel');
    return '';
end
$$;
revoke execute on function admin_channel_secret(text, text, text) from public;
comment on function admin_channel_secret(text, text, text) is
    'A new value of a secret (sealed, in hex); the one before verifies until the next. What is wrong, or nothing.';
