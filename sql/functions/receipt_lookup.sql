-- SPDX-License-Identifier: Apache-2.0
-- Where the provider's ids of a batch of receipts lead; r_message_id 0 when nothing is known
-- of them (yet). r_is_delivery: thread and message are an alert and its recipient.
create or replace function receipt_lookup(
    p_intake_id int, p_channel_ids int[], p_provider_ids text[])
returns table (r_index int, r_area_id int, r_thread_id bigint, r_message_id bigint,
    r_is_delivery bool)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    select g.n::int, coalesce(r.area_id, 0), coalesce(r.thread_id, 0),
        coalesce(r.message_id, 0), coalesce(r.is_delivery, false)
    from unnest(p_channel_ids, p_provider_ids) with ordinality as g (channel_id, provider_id, n)
    left join receipt_ref r on r.intake_id = p_intake_id and r.channel_id = g.channel_id
        and r.provider_id = g.provider_id
    order by g.n;
end $$;
alter function receipt_lookup(int, int[], text[]) owner to koban_system;
revoke execute on function receipt_lookup(int, int[], text[]) from public;
grant execute on function receipt_lookup(int, int[], text[]) to koban_gateway;
comment on function receipt_lookup(int, int[], text[]) is
    'Where the provider''s ids of a batch of receipts lead; r_message_id 0 when nothing is known of them (yet).';
