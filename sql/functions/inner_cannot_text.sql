-- SPDX-License-Identifier: Apache-2.0
-- Whether the provider refuses texts to an address until it sends START.
create or replace function inner_cannot_text(p_intake_id int, p_channel_id int, p_address text)
returns bool
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce((select a.is_opted_out from address a where a.intake_id = p_intake_id
        and a.channel_id = p_channel_id and a.address = p_address), false)
$$;
alter function inner_cannot_text(int, int, text) owner to koban_system;
revoke execute on function inner_cannot_text(int, int, text) from public;
grant execute on function inner_cannot_text(int, int, text) to koban_scoped;
comment on function inner_cannot_text(int, int, text) is
    'Whether the provider refuses texts to an address until it sends START.';
