-- SPDX-License-Identifier: Apache-2.0
-- Marks events as settled. KB001 when one of them was settled already: the caller drops that
-- event and does the rest again.
create or replace function inbox_settle(
    p_intake_id int, p_channel_ids int[], p_event_keys text[], p_outcomes smallint[],
    p_area_ids int[], p_thread_ids bigint[])
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    -- Row by row, by whole keys and never by the index of what is unsettled (+ 0): a plan
    -- of one statement joins by reading all of it, and what was settled since the last
    -- vacuum still stands there.
    for i in 1..cardinality(p_event_keys) loop
        update inbox n set outcome = p_outcomes[i], area_id = p_area_ids[i],
            thread_id = p_thread_ids[i]
        where n.intake_id = p_intake_id and n.channel_id = p_channel_ids[i]
          and n.event_key = p_event_keys[i] and n.outcome + 0 = 0;
        if not found then
            raise exception 'settled already' using errcode = 'KB001';
        end if;
    end loop;
end $$;
alter function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) owner to koban_system;
revoke execute on function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) from public;
grant execute on function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) to koban_gateway;
comment on function inbox_settle(int, int[], text[], smallint[], int[], bigint[]) is
    'Marks events as settled.';
