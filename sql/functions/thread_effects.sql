-- SPDX-License-Identifier: Apache-2.0
-- The rarer effects of plans, in their order: grant, message_state, drop_queued,
-- surge_text, surge_begins, hide, page_refused, duty, audit, command_done, page_link. thread and ids are texts, because JSON numbers are not 64
-- bits wide everywhere.
create or replace function thread_effects(p_area_id int, p_effects jsonb)
returns void
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare e jsonb; v_thread bigint; v_id bigint;
begin
    for e in select * from jsonb_array_elements(p_effects) loop
        v_thread := coalesce((e ->> 'thread')::bigint, 0);
        case e ->> 'kind'
        when 'grant' then
            -- koban 0: every koban of the area.
            insert into thread_access (area_id, thread_id, koban_id, reason)
            values (p_area_id, v_thread, (e ->> 'koban')::int, e ->> 'reason')
            on conflict (area_id, thread_id, koban_id) do update
                set until = null, granted_at = now()
                where thread_access.until is not null;
            if found then
                insert into audit (area_id, officer_id, thread_id, action, detail)
                values (p_area_id, 0, v_thread, 'thread.grant',
                    (e ->> 'reason') || ' ' || (e ->> 'koban'));
            end if;
        when 'message_state' then
            update message set state = (e ->> 'state')::smallint,
                state_reason = e ->> 'reason'
            where area_id = p_area_id and thread_id = v_thread
              and id = (e ->> 'message')::bigint;
            delete from outbox where area_id = p_area_id and id = (e ->> 'message')::bigint;
        when 'drop_queued' then
            -- Automatic texts that wait for their turn are not true any more.
            for v_id in select m.id from message m where m.area_id = p_area_id
                and m.thread_id = v_thread and m.state = 1 and m.sentence <> '' loop
                delete from outbox o where o.area_id = p_area_id and o.id = v_id
                    and o.state = 1 and o.is_automatic and o.priority in (2, 3)
                    and o.created_at < now();
                if found then
                    update message m set state = 8, state_reason = 'overtaken'
                    where m.area_id = p_area_id and m.thread_id = v_thread and m.id = v_id;
                end if;
            end loop;
        when 'surge_text' then
            -- A first answer that has not left yet becomes the surge sentence in its place;
            -- rung texts die.
            for v_id in select m.id from message m where m.area_id = p_area_id
                and m.thread_id = v_thread and m.direction = 1 and m.state = 1
                and m.sentence not in ('', 'surge', 'discreet') loop
                delete from outbox o where o.area_id = p_area_id and o.id = v_id
                    and o.state = 1 and o.priority = 3;
                if found then
                    update message m set state = 8, state_reason = 'surge'
                    where m.area_id = p_area_id and m.thread_id = v_thread and m.id = v_id;
                    continue;
                end if;
                update outbox o set expires_at = now()
                    + (e ->> 'life_ms')::int * interval '1 millisecond'
                where o.area_id = p_area_id and o.id = v_id and o.state = 1
                  and o.is_automatic and o.priority = 2 and e ->> 'body' <> '';
                if found then
                    update message m set body = e ->> 'body', sentence = e ->> 'sentence'
                    where m.area_id = p_area_id and m.thread_id = v_thread and m.id = v_id;
                end if;
            end loop;
        when 'surge_begins' then
            -- Skipped is what is being settled in this moment.
            update timer x set due_at = least(x.due_at, now()), read_at = null
            from (select w.thread_id from thread t
                join timer w on w.area_id = t.area_id and w.thread_id = t.id and w.kind = 1
                where t.area_id = p_area_id and t.koban_id = (e ->> 'koban')::int
                  and t.state < 3 and t.intent = 4 and t.acknowledged_ms = 0
                  and not t.is_surge and t.id <> v_thread
                  and (not coalesce((e ->> 'pages')::bool, false) or exists (select from channel c
                      where c.id = t.channel_id and c.adapter = 'webchat'))
                for update of w skip locked) g
            where x.area_id = p_area_id and x.thread_id = g.thread_id and x.kind = 1;
        when 'hide' then
            update message set is_hidden = true
            where area_id = p_area_id and thread_id = v_thread
              and id = (e ->> 'message')::bigint;
        when 'page_refused' then
            update message m set state_reason = 'refused'
            where m.area_id = p_area_id and m.thread_id = v_thread and m.direction = 4
              and m.officer_id = (e ->> 'officer')::bigint;
        when 'duty' then
            perform inner_duty((e ->> 'officer')::bigint, (e ->> 'koban')::int, 0::smallint,
                (e ->> 'on')::bool, 'text');
        when 'audit' then
            insert into audit (area_id, officer_id, thread_id, action, detail)
            values (p_area_id, coalesce((e ->> 'officer')::bigint, 0), v_thread,
                e ->> 'action', coalesce(e ->> 'detail', ''));
        when 'command_done' then
            insert into command_done (area_id, client_id, officer_id, thread_id, message_id)
            values (p_area_id, e ->> 'client_id', (e ->> 'officer')::bigint, v_thread,
                coalesce((e ->> 'message')::bigint, 0));
        when 'page_link' then
            insert into page_link (hash, area_id, thread_id, officer_id, expires_at)
            values (decode(e ->> 'hash', 'hex'), p_area_id, v_thread,
                (e ->> 'officer')::bigint, now() + interval '15 minutes')
            on conflict do nothing;
        else
            perform alert_effect(p_area_id, v_thread, e);
        end case;
    end loop;
end $$;
alter function thread_effects(int, jsonb) owner to koban_system;
revoke execute on function thread_effects(int, jsonb) from public;
grant execute on function thread_effects(int, jsonb) to koban_gateway;
comment on function thread_effects(int, jsonb) is
    'The rarer effects of plans, in their order: grant, message_state, drop_queued, surge_text, surge_begins, hide, page_refused, duty, audit, command_done, page_link.';
