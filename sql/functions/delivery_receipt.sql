-- SPDX-License-Identifier: Apache-2.0
-- What a provider's receipt says of a delivery; its state only moves forward.
create or replace function delivery_receipt(p_area_id int, p_alert_id bigint,
    p_recipient bigint, p_state int, p_reason text)
returns void
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare d record;
begin
    select state, channel_id into d from delivery
    where area_id = p_area_id and alert_id = p_alert_id and recipient = p_recipient
    for update;
    if d.state is null or d.state = p_state or d.state in (1, 5, 6, 8)
        or (p_state in (3, 4, 5) and d.state in (3, 4, 5) and p_state <= d.state)
        or (p_state in (6, 8) and d.state in (4, 5)) then
        return;
    end if;
    update delivery set state = p_state, reason = p_reason
    where area_id = p_area_id and alert_id = p_alert_id and recipient = p_recipient;
    perform inner_progress(p_area_id, p_alert_id, d.channel_id, d.state::int, p_state, 1);
end $$;
alter function delivery_receipt(int, bigint, bigint, int, text) owner to koban_system;
revoke execute on function delivery_receipt(int, bigint, bigint, int, text) from public;
grant execute on function delivery_receipt(int, bigint, bigint, int, text) to koban_system;
comment on function delivery_receipt(int, bigint, bigint, int, text) is
    'What a provider''s receipt says of a delivery.';
