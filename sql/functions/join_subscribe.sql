-- SPDX-License-Identifier: Apache-2.0
-- A subscription of the join page as it is to stand: the effects of a plan, with the consent
-- in the audit; or its end, where the address has moved to another area.
create or replace function join_subscribe(p_area_id int, p_effect jsonb)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform alert_effect(p_area_id, 0, p_effect);
    if p_effect ->> 'kind' = 'subscription' then
        insert into audit (area_id, officer_id, thread_id, action, detail)
        values (p_area_id, 0, 0, 'subscription.consent', 'join');
    end if;
end $$;
alter function join_subscribe(int, jsonb) owner to koban_system;
revoke execute on function join_subscribe(int, jsonb) from public;
grant execute on function join_subscribe(int, jsonb) to koban_gateway;
comment on function join_subscribe(int, jsonb) is
    'A subscription of the join page as it is to stand, or its end.';
