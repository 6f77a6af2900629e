-- SPDX-License-Identifier: Apache-2.0
-- Marks events as settled. KB001 when one of them was settled already: the caller drops that
-- event and does the rest again.
create or replace function inbox_settle(
    p_intake_id int, p_channel_ids int[], p_event_keys text[], p_outcomes smallint[],
    p_area_ids int[], p_thread_ids bigint[])
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rows int;
begin
    update inbox i set outcome = g.outcome, area_id = g.area_id, thread_id = g.thread_id
    from unnest(p_channel_ids, p_event_keys, p_outcomes, p_area_ids, p_thread_ids)
        as g (channel_id, event_key, outcome, area_id, thread_id)
    where i.intake_id = p_intake_id and i.channel_id = g.channel_id
      and i.event_key = g.event_key and i.outcome = 0;
    get diagnostics v_rows = row_count;
    if v_rows <> cardinality(p_event_keys) then
        raise exception 'settled already' using errcode = 'KB001';
    end if;
end $$;
alter function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) owner to koban_system;
revoke execute on function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) from public;
grant execute on function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) to koban_gateway;
comment on function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) is
    'Marks events as settled.';
