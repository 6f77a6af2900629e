-- SPDX-License-Identifier: Apache-2.0
-- The effects of plans that concern volunteers and alerts: subscription, subscription_end,
-- alert_reply, delivery_state, check_in.
create or replace function alert_effect(p_area_id int, p_thread_id bigint, e jsonb)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    case e ->> 'kind'
    when 'subscription' then
        insert into subscription as s (area_id, channel_id, address, id, intake_id,
            contact_id, state, kobans, topics, language, quiet_from, quiet_to,
            paused_until, source, consented_at)
        values (p_area_id, (e ->> 'channel')::int, e ->> 'address', (e ->> 'id')::bigint,
            (e ->> 'intake')::int, (e ->> 'contact')::bigint, (e ->> 'state')::smallint,
            array(select jsonb_array_elements_text(e -> 'kobans')::int),
            (e ->> 'topics')::int, e ->> 'language', (e ->> 'quiet_from')::smallint,
            (e ->> 'quiet_to')::smallint,
            to_timestamp(nullif((e ->> 'paused_until_ms')::bigint, 0) / 1000.0),
            e ->> 'source', case when (e ->> 'state')::int = 1 then now() end)
        on conflict (area_id, channel_id, address) do update set state = excluded.state,
            kobans = excluded.kobans, topics = excluded.topics,
            language = excluded.language, quiet_from = excluded.quiet_from,
            quiet_to = excluded.quiet_to, paused_until = excluded.paused_until,
            contact_id = excluded.contact_id,
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
    else
        raise exception 'unknown effect %', e ->> 'kind' using errcode = '22023';
    end case;
end $$;
alter function alert_effect(int, bigint, jsonb) owner to koban_system;
revoke execute on function alert_effect(int, bigint, jsonb) from public;
grant execute on function alert_effect(int, bigint, jsonb) to koban_system;
comment on function alert_effect(int, bigint, jsonb) is
    'The effects of plans that concern volunteers and alerts.';
