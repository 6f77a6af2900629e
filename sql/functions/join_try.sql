-- SPDX-License-Identifier: Apache-2.0
-- A code that was typed: r_left tries, -1 when the request is over (unknown, an hour old,
-- five tries, used). Right: the request, and the contact points to the area of its
-- subscription; r_previous_area_id is where it had one before.
create or replace function join_try(p_intake_id int, p_id bigint, p_hash bytea,
    p_area_id int, p_contact_id bigint)
returns table (r_is_right bool, r_left int, r_channel_id int, r_address text,
    r_contact_id bigint, r_koban_id int, r_topics int, r_language text, r_quiet_from int,
    r_quiet_to int, r_previous_area_id int)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare j join_request; v_contact bigint; v_previous int;
begin
    select * into j from join_request q where q.intake_id = p_intake_id and q.id = p_id
        for update;
    if j.id is null or j.done_at is not null or j.tries >= 5
        or j.made_at < now() - interval '1 hour' then
        return query select false, -1, 0, '', 0::bigint, 0, 0, '', 0, 0, 0;
        return;
    end if;
    if j.hash <> p_hash then
        update join_request q set tries = q.tries + 1
        where q.intake_id = p_intake_id and q.id = p_id;
        return query select false, 4 - j.tries, 0, '', 0::bigint, 0, 0, '', 0, 0, 0;
        return;
    end if;
    update join_request q set done_at = now() where q.intake_id = p_intake_id and q.id = p_id;
    insert into address (intake_id, channel_id, address, contact_id)
    values (p_intake_id, j.channel_id, j.address, p_contact_id) on conflict do nothing;
    if found then
        insert into contact (intake_id, id, version, language)
        values (p_intake_id, p_contact_id, 1, j.language);
    end if;
    select a.contact_id into v_contact from address a where a.intake_id = p_intake_id
        and a.channel_id = j.channel_id and a.address = j.address;
    select c.subscribed_area_id into v_previous from contact c
    where c.intake_id = p_intake_id and c.id = v_contact for update;
    update contact c set version = c.version + 1, subscribed_area_id = p_area_id,
        language = j.language, alerts_stopped = false, dialog = 0, dialog_at = null
    where c.intake_id = p_intake_id and c.id = v_contact;
    return query select true, 0, j.channel_id, j.address, v_contact, j.koban_id, j.topics,
        j.language, j.quiet_from::int, j.quiet_to::int, v_previous;
end $$;
alter function join_try(int, bigint, bytea, int, bigint) owner to koban_system;
revoke execute on function join_try(int, bigint, bytea, int, bigint) from public;
grant execute on function join_try(int, bigint, bytea, int, bigint) to koban_gateway;
comment on function join_try(int, bigint, bytea, int, bigint) is
    'A code that was typed on the join page.';
