-- SPDX-License-Identifier: Apache-2.0
-- The roster as one document: areas, koban with their unopened emergencies and live
-- consoles, and everybody on duty with their verified phone.
create or replace function roster_read()
returns jsonb
language sql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
    with on_duty as (select * from duty_now()),
    live as (
        select koban_id, count(*) filter (where has_sound) as consoles
        from console_presence group by koban_id),
    unopened as (
        select koban_id, count(*) as n from thread
        where state < 3 and intent = 4 and acknowledged_ms = 0 group by koban_id),
    theirs as (
        select officer_id, count(*) as n from (
            select claimed_by as officer_id from thread
            where state < 3 and intent = 4 and acknowledged_ms > 0 and claimed_by > 0
              and status < 2) t
        group by officer_id)
    select jsonb_build_object(
        'now_ms', (extract(epoch from clock_timestamp()) * 1000)::bigint,
        'version', (select value from version where name = 'roster'),
        'areas', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'force', a.force_id,
            'name', a.name, 'time_zone', a.time_zone,
            'offset', (extract(epoch from (now() at time zone a.time_zone)
                - (now() at time zone 'UTC')) / 60)::int,
            'desk', coalesce(a.desk_koban_id, 0), 'command', coalesce(f.command_koban_id, 0))
            order by a.id), '[]') from area a join force f on f.id = a.force_id),
        'kobans', (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'area', k.area_id,
            'slug', k.slug, 'name', k.name, 'name_ja', k.name_ja, 'name_id', k.name_id,
            'name_en', k.name_en, 'is_desk', k.is_desk, 'latitude', k.latitude,
            'longitude', k.longitude, 'neighbour', coalesce(k.neighbour_id, 0),
            'surge_limit', k.surge_limit, 'unacknowledged', coalesce(u.n, 0),
            'consoles', coalesce(l.consoles, 0),
            'phone_channel', coalesce(k.phone_channel_id, 0), 'phone_address', k.phone_address,
            'is_staffed', exists (select from on_duty d where d.r_koban_id = k.id
                and d.r_role <> 3)) order by k.id), '[]')
            from koban k left join unopened u on u.koban_id = k.id
            left join live l on l.koban_id = k.id),
        'duties', (select coalesce(jsonb_agg(jsonb_build_object('officer', o.id::text,
            'area', d.r_area_id, 'koban', d.r_koban_id, 'role', d.r_role,
            'name', o.public_name, 'language', o.language,
            'has_console', exists (select from console_presence c
                where c.officer_id = o.id and c.has_sound),
            'emergencies', coalesce(t.n, 0),
            'phone_channel', coalesce(p.channel_id, 0),
            'phone_intake', coalesce(p.intake_id, 0),
            'phone_address', coalesce(p.address, '')) order by d.r_koban_id, o.id), '[]')
            from on_duty d join officer o on o.id = d.r_officer_id
            left join theirs t on t.officer_id = o.id
            left join lateral (select f.channel_id, c.intake_id, f.address
                from officer_phone f join channel c on c.id = f.channel_id
                where f.officer_id = o.id and f.is_verified
                order by f.channel_id limit 1) p on true))
$$;
alter function roster_read() owner to koban_system;
revoke execute on function roster_read() from public;
grant execute on function roster_read() to koban_gateway;
comment on function roster_read() is
    'The roster as one document: areas, koban with their unopened emergencies and live consoles, and everybody on duty with their verified phone.';
