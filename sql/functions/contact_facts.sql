-- SPDX-License-Identifier: Apache-2.0
-- Contacts of a batch, by (channel, address), one row an element; r_id 0 for a stranger.
-- With the officer whose verified phone it is, if it is one.
create or replace function contact_facts(
    p_intake_id int, p_channel_ids int[], p_addresses text[])
returns table (r_index int, r_id bigint, r_version int, r_language text, r_manner smallint,
    r_known_area_id int, r_known_koban_id int, r_current_area_id int,
    r_current_thread_id bigint, r_previous_area_id int, r_previous_thread_id bigint,
    r_alerts_stopped bool, r_is_opted_out bool, r_is_following bool, r_strikes smallint,
    r_officer_id bigint, r_officer_name text, r_officer_koban_id int, r_officer_language text,
    r_subscribed_area_id int, r_dialog smallint, r_dialog_ms bigint,
    r_automatic_ms bigint, r_answers smallint, r_answers_ms bigint)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    return query
    select g.n::int, coalesce(c.id, 0), coalesce(c.version, 0), coalesce(c.language, ''),
        coalesce(a.manner, 0::smallint), coalesce(c.known_area_id, 0),
        coalesce(c.known_koban_id, 0), coalesce(c.current_area_id, 0),
        coalesce(c.current_thread_id, 0), coalesce(c.previous_area_id, 0),
        coalesce(c.previous_thread_id, 0), coalesce(c.alerts_stopped, false),
        coalesce(a.is_opted_out, false), coalesce(a.is_following, true),
        coalesce(c.strikes, 0::smallint), coalesce(o.id, 0), coalesce(o.public_name, ''),
        coalesce(o.koban_id, 0), coalesce(o.language, ''),
        coalesce(c.subscribed_area_id, 0), coalesce(c.dialog, 0::smallint),
        coalesce((extract(epoch from c.dialog_at) * 1000)::bigint, 0),
        coalesce(c.automatic_ms, 0), coalesce(c.answers, 0::smallint), coalesce(c.answers_ms, 0)
    from unnest(p_channel_ids, p_addresses) with ordinality as g (channel_id, address, n)
    left join address a on a.intake_id = p_intake_id and a.channel_id = g.channel_id
        and a.address = g.address
    left join contact c on c.intake_id = p_intake_id and c.id = a.contact_id
    left join officer_phone f on f.channel_id = g.channel_id and f.address = g.address
        and f.is_verified
    left join officer o on o.id = f.officer_id and not o.is_disabled
    order by g.n;
end $$;
alter function contact_facts(int, int[], text[]) owner to koban_system;
revoke execute on function contact_facts(int, int[], text[]) from public;
grant execute on function contact_facts(int, int[], text[]) to koban_gateway;
comment on function contact_facts(int, int[], text[]) is
    'Contacts of a batch, by (channel, address), one row an element; r_id 0 for a stranger.';
