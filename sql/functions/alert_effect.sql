-- SPDX-License-Identifier: Apache-2.0
-- The effects of plans that concern volunteers and alerts: subscription, subscription_end,
-- alert_reply, delivery_state, check_in, alert_draft.
create or replace function alert_effect(p_area_id int, p_thread_id bigint, e jsonb)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    case e ->> 'kind'
    when 'subscription' then
        insert into subscription as s (area_id, channel_id, address, id, intake_id,
            contact_id, state, kobans, topics, language, quiet_from, quiet_to,
            paused_until, source, closest_koban_id, consented_at)
        values (p_area_id, (e ->> 'channel')::int, e ->> 'address', (e ->> 'id')::bigint,
            (e ->> 'intake')::int, (e ->> 'contact')::bigint, (e ->> 'state')::smallint,
            array(select jsonb_array_elements_text(e -> 'kobans')::int),
            (e ->> 'topics')::int, e ->> 'language', (e ->> 'quiet_from')::smallint,
            (e ->> 'quiet_to')::smallint,
            to_timestamp(nullif((e ->> 'paused_until_ms')::bigint, 0) / 1000.0),
            e ->> 'source', coalesce((e ->> 'closest')::int, 0), case when (e ->> 'state')::int = 1 then now() end)
        on conflict (area_id, channel_id, address) do update set state = excluded.state,
            kobans = excluded.kobans, topics = excluded.topics,
            language = excluded.language, quiet_from = excluded.quiet_from,
            quiet_to = excluded.quiet_to, paused_until = excluded.paused_until,
            contact_id = excluded.contact_id, closest_koban_id = excluded.closest_koban_id,
            consented_at = coalesce(s.consented_at, excluded.consented_at);
    when 'subscription_end' then
        update subscription set state = 2
        where area_id = p_area_id and channel_id = (e ->> 'channel')::int
          and address = e ->> 'address';
    when 'alert_reply' then
        insert into alert_reply (area_id, alert_id, thread_id)
        select p_area_id, a.id, p_thread_id from alert a
        where a.area_id = p_area_id and a.id = (e ->> 'alert')::bigint
        on conflict do nothing;
    when 'delivery_state' then
        perform delivery_receipt(p_area_id, (e ->> 'alert')::bigint,
            (e ->> 'recipient')::bigint, (e ->> 'state')::int, e ->> 'reason');
    when 'check_in' then
        if (e ->> 'on')::bool then
            insert into volunteer_duty (area_id, subscription_id)
            select p_area_id, (e ->> 'subscription')::bigint
            where not exists (select from volunteer_duty d where d.area_id = p_area_id
                and d.subscription_id = (e ->> 'subscription')::bigint
                and d.ended_at is null);
        else
            update volunteer_duty set ended_at = now()
            where area_id = p_area_id and ended_at is null
              and subscription_id = (e ->> 'subscription')::bigint;
        end if;
    when 'alert_draft' then
        -- Another service's: once by its key; what follows one of ours that was sent follows it.
        insert into alert (area_id, id, number, koban_id, kind, origin_id, topic, severity,
            source, source_key, author_id, expires_at)
        select p_area_id, (e ->> 'id')::bigint,
            (select coalesce(max(number), 0) + 1 from alert where area_id = p_area_id),
            (e ->> 'koban')::int,
            case when o.id is null then 1 else (e ->> 'alert_kind')::smallint end,
            coalesce(o.id, 0), (e ->> 'topic')::smallint, (e ->> 'severity')::smallint, 'cap',
            e ->> 'source_key', 0, to_timestamp((e ->> 'expires_ms')::bigint / 1000.0)
        from (select 1) one
        left join lateral (select a.id from alert a where a.area_id = p_area_id
            and a.kind = 1 and a.state in (4, 5, 6, 7) and (e ->> 'alert_kind')::int <> 1
            and a.source_key = any (array(select jsonb_array_elements_text(e -> 'references')))
            order by a.id desc limit 1) o on true
        on conflict (area_id, source_key) where source_key <> '' do nothing;
        if found then
            insert into alert_text (area_id, alert_id, language, body, is_site)
            select p_area_id, (e ->> 'id')::bigint, t.key, t.value,
                t.key = e ->> 'site_language'
            from jsonb_each_text(e -> 'texts') t;
        end if;
    else
        raise exception 'unknown effect %', e ->> 'kind' using errcode = '22023';
    end case;
end $$;
alter function alert_effect(int, bigint, jsonb) owner to koban_system;
revoke execute on function alert_effect(int, bigint, jsonb) from public;
grant execute on function alert_effect(int, bigint, jsonb) to koban_system;
comment on function alert_effect(int, bigint, jsonb) is
    'The effects of plans that concern volunteers and alerts.';
