-- SPDX-License-Identifier: Apache-2.0
-- The rarer effects of plans, in their order: grant, message_state, drop_queued, hide, duty,
-- audit, command_done, page_link. thread and ids are texts, because JSON numbers are not 64
-- bits wide everywhere.
create or replace function thread_effects(p_area_id int, p_effects jsonb)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare e jsonb; v_thread bigint;
begin
    for e in select * from jsonb_array_elements(p_effects) loop
        v_thread := coalesce((e ->> 'thread')::bigint, 0);
        case e ->> 'kind'
        when 'grant' then
            -- koban 0: every koban of the area.
            insert into thread_access (area_id, thread_id, koban_id, reason)
            select p_area_id, v_thread, g.id, e ->> 'reason'
            from (select (e ->> 'koban')::int where (e ->> 'koban')::int <> 0
                union select k.id from koban k
                where (e ->> 'koban')::int = 0 and k.area_id = p_area_id) as g (id)
            on conflict (area_id, thread_id, koban_id) do update
                set until = null, granted_at = now()
                where thread_access.until is not null;
        when 'message_state' then
            update message set state = (e ->> 'state')::smallint,
                state_reason = e ->> 'reason'
            where area_id = p_area_id and thread_id = v_thread
              and id = (e ->> 'message')::bigint;
            delete from outbox where area_id = p_area_id and id = (e ->> 'message')::bigint;
        when 'drop_queued' then
            -- Automatic texts that wait for their turn are not true any more.
            with dropped as (
                delete from outbox where area_id = p_area_id and thread_id = v_thread
                    and state = 1 and is_automatic and priority in (2, 3)
                    and created_at < now()
                returning id)
            update message m set state = 8, state_reason = 'overtaken' from dropped
            where m.area_id = p_area_id and m.thread_id = v_thread and m.id = dropped.id;
        when 'hide' then
            update message set is_hidden = true
            where area_id = p_area_id and thread_id = v_thread
              and id = (e ->> 'message')::bigint;
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
            raise exception 'unknown effect %', e ->> 'kind' using errcode = '22023';
        end case;
    end loop;
end $$;
alter function thread_effects(int, jsonb) owner to koban_system;
revoke execute on function thread_effects(int, jsonb) from public;
grant execute on function thread_effects(int, jsonb) to koban_gateway;
comment on function thread_effects(int, jsonb) is
    'The rarer effects of plans, in their order: grant, message_state, drop_queued, hide, duty, audit, command_done, page_link.';
