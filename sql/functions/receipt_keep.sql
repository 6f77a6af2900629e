-- SPDX-License-Identifier: Apache-2.0
-- Receipts that match no message (yet), settled all the same: inbox_sweep wakes them when
-- their provider's id becomes known.
create or replace function receipt_keep(
    p_intake_id int, p_channel_ids int[], p_provider_ids text[], p_event_keys text[])
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into unmatched_receipt (intake_id, channel_id, provider_id, event_key)
    select p_intake_id, g.channel_id, g.provider_id, g.event_key
    from unnest(p_channel_ids, p_provider_ids, p_event_keys)
        as g (channel_id, provider_id, event_key)
    on conflict do nothing
$$;
alter function receipt_keep(int, int[], text[], text[]) owner to koban_system;
revoke execute on function receipt_keep(int, int[], text[], text[]) from public;
grant execute on function receipt_keep(int, int[], text[], text[]) to koban_gateway;
comment on function receipt_keep(int, int[], text[], text[]) is
    'Receipts that match no message (yet), settled all the same.';
