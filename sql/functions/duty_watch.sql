-- SPDX-License-Identifier: Apache-2.0
-- What goes with duty. Threads whose officer has gone off duty in the last minutes get a timer
-- (kind 9), whose plan puts them back; and a koban that somebody came on duty at by console
-- and that has had no live console for p_gone_ms is told to the consoles of its area (kind 9,
-- urgency 3), once until one is back. Returns the koban that are told now.
create or replace function duty_watch(p_gone_ms int)
returns table (r_koban_id int, r_area_id int)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_back int[];
begin
    insert into timer (area_id, thread_id, kind, due_at, value)
    select t.area_id, t.id, 9, now(), 0
    from (
        select d.area_id, d.officer_id from duty d
        where d.ended_at > now() - interval '10 minutes'
        union
        select s.area_id, s.officer_id from shift s join area a on a.id = s.area_id
        where s.ends_local <= now() at time zone a.time_zone
          and s.ends_local > now() at time zone a.time_zone - interval '10 minutes') g
    join thread t on t.area_id = g.area_id and t.claimed_by = g.officer_id
        and t.state in (1, 2)
    where not exists (select from duty_now() n where n.r_officer_id = g.officer_id)
    on conflict (area_id, thread_id, kind) do nothing;

    insert into console_gone (koban_id)
    select distinct d.koban_id from duty d
    where d.ended_at is null and d.source = 'console'
      and not exists (select from console_presence p where p.koban_id = d.koban_id)
    on conflict do nothing;
    with back as (
        delete from console_gone g
        where exists (select from console_presence p where p.koban_id = g.koban_id)
           or not exists (select from duty d where d.koban_id = g.koban_id
               and d.ended_at is null and d.source = 'console')
        returning g.koban_id, g.told_at)
    select array_agg(b.koban_id) into v_back from back b where b.told_at is not null;
    perform duty_event(v_back, 0::smallint);
    return query
    with told as (
        update console_gone g set told_at = now()
        where g.told_at is null
          and g.gone_at <= now() - p_gone_ms * interval '1 millisecond'
        returning g.koban_id)
    select k.id, k.area_id from told t join koban k on k.id = t.koban_id;
    perform duty_event(array(select g.koban_id from console_gone g
        where g.told_at = now()), 3::smallint);
    insert into audit (area_id, officer_id, thread_id, action, detail)
    select k.area_id, 0, 0, 'koban.no_console', k.slug
    from console_gone g join koban k on k.id = g.koban_id where g.told_at = now();
end $$;
alter function duty_watch(int) owner to koban_system;
revoke execute on function duty_watch(int) from public;
grant execute on function duty_watch(int) to koban_gateway;
comment on function duty_watch(int) is
    'What goes with duty: claims of who went off duty, staffed koban without a live console.';
