-- SPDX-License-Identifier: Apache-2.0
-- Contacts and addresses as a plan leaves them. Expected version 0 inserts, -1 changes
-- without asking, else KB002 when one has moved on.
create or replace function contact_apply(
    p_intake_id int, p_ids bigint[], p_expected int[], p_channel_ids int[],
    p_addresses text[], p_languages text[], p_manners smallint[], p_known_area_ids int[],
    p_known_koban_ids int[], p_current_area_ids int[], p_current_thread_ids bigint[],
    p_flags int[], p_strikes smallint[], p_subscribed_area_ids int[], p_dialogs smallint[],
    p_automatic_ms bigint[], p_answers smallint[], p_answers_ms bigint[])
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_rows int; v_new int; v_old int;
begin
    select count(*) filter (where e = 0), count(*) filter (where e <> 0)
    into v_new, v_old from unnest(p_expected) e;
    if v_new > 0 then
        insert into address (intake_id, channel_id, address, contact_id, manner,
            is_opted_out, is_following)
        select p_intake_id, g.channel_id, g.address, g.id, g.manner,
            g.flags & 2 <> 0, g.flags & 4 <> 0
        from unnest(p_ids, p_expected, p_channel_ids, p_addresses, p_manners, p_flags)
            as g (id, expected, channel_id, address, manner, flags)
        where g.expected = 0
        on conflict do nothing;
        get diagnostics v_rows = row_count;
        if v_rows <> v_new then
            raise exception 'address known meanwhile' using errcode = 'KB002';
        end if;
        insert into contact (intake_id, id, version, language, known_area_id,
            known_koban_id, current_area_id, current_thread_id, alerts_stopped, strikes,
            subscribed_area_id, dialog, dialog_at, automatic_ms, answers, answers_ms)
        select p_intake_id, g.id, 1, g.language, g.known_area, g.known_koban,
            g.current_area, g.current_thread, g.flags & 1 <> 0, g.strikes, g.subscribed,
            g.dialog, case when g.dialog <> 0 then now() end, g.automatic, g.answers, g.answers_at
        from unnest(p_ids, p_expected, p_languages, p_known_area_ids, p_known_koban_ids,
            p_current_area_ids, p_current_thread_ids, p_flags, p_strikes,
            p_subscribed_area_ids, p_dialogs, p_automatic_ms, p_answers, p_answers_ms)
            as g (id, expected, language, known_area, known_koban, current_area,
                current_thread, flags, strikes, subscribed, dialog, automatic, answers, answers_at)
        where g.expected = 0;
    end if;
    if v_old > 0 then
        update contact c set version = c.version + 1, language = g.language,
            known_area_id = g.known_area, known_koban_id = g.known_koban,
            previous_area_id = case when c.current_thread_id not in (0, g.current_thread)
                then c.current_area_id else c.previous_area_id end,
            previous_thread_id = case when c.current_thread_id not in (0, g.current_thread)
                then c.current_thread_id else c.previous_thread_id end,
            current_area_id = g.current_area, current_thread_id = g.current_thread,
            alerts_stopped = g.flags & 1 <> 0, strikes = g.strikes,
            subscribed_area_id = g.subscribed, dialog = g.dialog,
            dialog_at = case when g.dialog = 0 then null
                when g.dialog is distinct from c.dialog
                    or c.dialog_at < now() - interval '1 day' then now()
                else c.dialog_at end,
            automatic_ms = g.automatic, answers = g.answers, answers_ms = g.answers_at
        from unnest(p_ids, p_expected, p_languages, p_known_area_ids, p_known_koban_ids,
            p_current_area_ids, p_current_thread_ids, p_flags, p_strikes,
            p_subscribed_area_ids, p_dialogs, p_automatic_ms, p_answers, p_answers_ms)
            as g (id, expected, language, known_area, known_koban, current_area,
                current_thread, flags, strikes, subscribed, dialog, automatic, answers, answers_at)
        where g.expected <> 0 and c.intake_id = p_intake_id and c.id = g.id
          and (g.expected = -1 or c.version = g.expected);
        get diagnostics v_rows = row_count;
        if v_rows <> v_old then
            raise exception 'contact moved on' using errcode = 'KB002';
        end if;
        update address a set manner = g.manner, is_opted_out = g.flags & 2 <> 0,
            is_following = g.flags & 4 <> 0
        from unnest(p_expected, p_channel_ids, p_addresses, p_manners, p_flags)
            as g (expected, channel_id, address, manner, flags)
        where g.expected <> 0 and a.intake_id = p_intake_id
          and a.channel_id = g.channel_id and a.address = g.address
          and (a.manner, a.is_opted_out, a.is_following)
              is distinct from (g.manner, g.flags & 2 <> 0, g.flags & 4 <> 0);
    end if;
end $$;
alter function contact_apply(int, bigint[], int[], int[], text[], text[], smallint[], int[], int[], int[],
    bigint[], int[], smallint[], int[], smallint[], bigint[], smallint[], bigint[]) owner to koban_system;
revoke execute on function contact_apply(int, bigint[], int[], int[], text[], text[], smallint[], int[], int[], int[],
    bigint[], int[], smallint[], int[], smallint[], bigint[], smallint[], bigint[]) from public;
grant execute on function contact_apply(int, bigint[], int[], int[], text[], text[], smallint[], int[], int[], int[],
    bigint[], int[], smallint[], int[], smallint[], bigint[], smallint[], bigint[]) to koban_gateway;
comment on function contact_apply(int, bigint[], int[], int[], text[], text[], smallint[], int[], int[], int[],
    bigint[], int[], smallint[], int[], smallint[], bigint[], smallint[], bigint[]) is
    'Contacts and addresses as a plan leaves them.';
