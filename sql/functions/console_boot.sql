-- SPDX-License-Identifier: Apache-2.0
-- Everything a console needs to start: who I am, koban, open threads in scope, canned
-- sentences, positions of the event logs.
create or replace function console_boot(p_session bytea)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
declare v_officer bigint; v_scope record; v_rows jsonb := '[]'; v_areas int[]; v_area int;
    v_positions jsonb;
begin
    v_officer := console_enter(p_session);
    select * into v_scope from inner_scope(p_session);
    -- Positions first: what changes while the rows are read comes again as an event.
    select coalesce(jsonb_object_agg(a.id::text, coalesce(l.position, 0)), '{}')
    into v_positions
    from area a left join area_log l on l.area_id = a.id
    where a.id in (select unnest(v_scope.r_areas)
        union select area_id from koban where id = any (v_scope.r_kobans));
    -- Area by area and by whole keys, koban 0 being all of an area: access to a thread of
    -- one's own koban never ends, and the rows of years are not read at each start.
    select array(select a.id from area a
        where a.id = any (v_scope.r_areas) or exists (
            select from thread_access x where x.area_id = a.id and x.until is null
              and x.koban_id = any (v_scope.r_kobans || 0) offset 0)) into v_areas;
    foreach v_area in array v_areas loop
        v_rows := v_rows || inner_rows(v_area, array(
            select t.id from thread t where t.area_id = v_area and t.state < 3));
    end loop;
    return jsonb_build_object(
        'me', (select jsonb_build_object('id', o.id::text, 'login', o.login,
            'name', o.public_name, 'role', (array['officer','supervisor','admin','reader'])[o.role + 1],
            'language', o.language, 'koban', o.koban_id, 'area', o.area_id)
            from officer o where o.id = v_officer),
        'duty', (select jsonb_build_object('koban', d.koban_id, 'started_ms',
            (extract(epoch from d.started_at) * 1000)::bigint)
            from duty d where d.officer_id = v_officer and d.ended_at is null limit 1),
        'force', (select jsonb_build_object('id', f.id, 'name', f.name, 'country', f.country,
            'language', f.language) from officer o join area a on a.id = o.area_id
            join force f on f.id = a.force_id where o.id = v_officer),
        'areas', (select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name,
            'time_zone', a.time_zone, 'desk', a.desk_koban_id) order by a.id) from area a),
        'kobans', (select jsonb_agg(jsonb_build_object('id', k.id, 'area', k.area_id,
            'slug', k.slug, 'name', k.name, 'name_ja', k.name_ja, 'name_id', k.name_id,
            'name_en', k.name_en, 'is_desk', k.is_desk,
            'mine', k.id = any (v_scope.r_kobans)) order by k.id) from koban k),
        'threads', v_rows,
        'positions', v_positions,
        'canned', (select coalesce(jsonb_agg(jsonb_build_object('shortcut', c.shortcut,
            'language', c.language, 'body', c.body) order by c.shortcut, c.language), '[]')
            from canned c join area a on a.force_id = c.force_id and a.id = v_scope.r_area_id),
        'no_console', (select coalesce(jsonb_agg(g.koban_id order by g.koban_id), '[]')
            from console_gone g join koban k on k.id = g.koban_id
            where g.told_at is not null and (k.id = any (v_scope.r_kobans)
                or k.area_id = any (v_scope.r_areas))),
        'held', (select coalesce(jsonb_agg(c.name), '[]') from channel c where c.is_held),
        'quiet', (select coalesce(jsonb_agg(c.name order by c.name), '[]')
            from channel c join channel_pace p on p.intake_id = c.intake_id
                and p.channel_id = c.id and p.is_quiet),
        'server_ms', (extract(epoch from clock_timestamp()) * 1000)::bigint);
end $$;
alter function console_boot(bytea) owner to koban_scoped;
revoke execute on function console_boot(bytea) from public;
grant execute on function console_boot(bytea) to koban_gateway;
comment on function console_boot(bytea) is
    'Everything a console needs to start: who I am, koban, open threads in scope, canned sentences, positions of the event logs.';
