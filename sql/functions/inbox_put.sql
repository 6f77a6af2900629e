-- SPDX-License-Identifier: Apache-2.0
-- Stores the events of a batch in one intake bucket. One row an array element, in order:
-- r_is_new is false for an event that is stored already (or stands twice in the call); both
-- copies are then committed.
create or replace function inbox_put(
    p_intake_id int, p_channel_ids int[], p_event_keys text[], p_ids bigint[],
    p_received_ms bigint[], p_kinds smallint[], p_urgencies smallint[],
    p_post_ids bigint[], p_event_indexes smallint[], p_targets text[], p_bodies bytea[])
returns table (r_index int, r_is_new bool)
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_is_hashed bool := exists (select from retention_mark m
    where m.intake_id = p_intake_id and m.class = 'event_key');
begin
    -- From a journal: its sender was told already (4). A commit that came late may have
    -- stored the event as one that is still to be told.
    if 4 = any (p_urgencies) then
        for i in 1..cardinality(p_event_keys) loop
            update inbox n set urgency = 4
            where p_urgencies[i] = 4 and n.intake_id = p_intake_id
              and n.channel_id = p_channel_ids[i] and n.event_key = p_event_keys[i]
              and n.outcome + 0 = 0;
        end loop;
    end if;
    return query
    with given as (
        select * from unnest(p_channel_ids, p_event_keys, p_ids, p_received_ms, p_kinds,
            p_urgencies, p_post_ids, p_event_indexes, p_targets, p_bodies)
            with ordinality as g (channel_id, event_key, id, received_ms, kind, urgency,
                post_id, event_index, target, body, n)
    ), stored as (
        insert into inbox (intake_id, channel_id, event_key, id, received_at, kind, urgency,
            post_id, event_index, target, body)
        select p_intake_id, channel_id, event_key, id,
            to_timestamp(received_ms / 1000.0), kind, urgency, post_id, event_index,
            target, body
        from given
        -- Of what is long past only a hash of the key is left; it is stored all the same.
        where not v_is_hashed or not exists (select from inbox h
            where h.intake_id = p_intake_id and h.channel_id = given.channel_id
              and h.event_key = event_key_hash(given.event_key))
        on conflict (intake_id, channel_id, event_key) do nothing
        returning id
    )
    select g.n::int, s.id is not null
    from given g left join stored s on s.id = g.id
    order by g.n;
end $$;
alter function inbox_put(int, int[], text[], bigint[], bigint[], smallint[], smallint[], bigint[],
    smallint[], text[], bytea[]) owner to koban_system;
revoke execute on function inbox_put(int, int[], text[], bigint[], bigint[], smallint[], smallint[], bigint[],
    smallint[], text[], bytea[]) from public;
grant execute on function inbox_put(int, int[], text[], bigint[], bigint[], smallint[], smallint[], bigint[],
    smallint[], text[], bytea[]) to koban_gateway;
comment on function inbox_put(int, int[], text[], bigint[], bigint[], smallint[], smallint[], bigint[],
    smallint[], text[], bytea[]) is
    'Stores the events of a batch in one intake bucket.';
