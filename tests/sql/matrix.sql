-- SPDX-License-Identifier: Apache-2.0
--
-- Who x which thread x which function of the console: every cell. A console function that is
-- not in here fails the last test.
begin;

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja'), (2, 'g', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 1, 'b', 'Asia/Tokyo'), (3, 2, 'c', 'Asia/Tokyo');
insert into koban (id, area_id, slug, name) values (11, 1, 'k11', 'k'), (12, 1, 'k12', 'k'), (13, 1, 'k13', 'k'), (21, 2, 'k21', 'k'),
    (90, 2, 'k90', 'k'), (31, 3, 'k31', 'k');
update force set command_koban_id = 90 where id = 1;
insert into channel (id, force_id, intake_id, name, adapter, desk_koban_id) values (1, 1, 1, 'c', 'webhook', 11);

-- Whom the rows of the matrix are about.
insert into officer (id, area_id, koban_id, login, public_name, role) values
    (1, 1, 11, 'own', 'o', 0), (2, 1, 12, 'next', 'o', 0), (3, 1, 13, 'third', 'o', 0), (4, 2, 21, 'abroad', 'o', 0),
    (5, 1, 12, 'supervisor', 's', 1), (6, 2, 21, 'farsuper', 's', 1), (7, 2, 90, 'command', 'c', 1), (8, 2, 21, 'admin', 'a', 2),
    (9, 1, 11, 'reader', 'r', 3), (10, 1, 13, 'helping', 'o', 0), (11, 1, 11, 'locked', 'o', 0), (12, 1, 11, 'gone', 'o', 0),
    (13, 1, 11, 'disabled', 'o', 0), (14, 1, 12, 'link', 'o', 0), (15, 3, 31, 'foreign', 'a', 2);
insert into session (hash, officer_id, expires_at)
    select sha256(convert_to(login, 'UTF8')), id, now() + interval '1 hour' from officer;
-- On duty at another koban than their own: that one too.
insert into duty (area_id, officer_id, koban_id, source) values (1, 10, 11, 'console');
update session set is_locked = true where officer_id = 11;
update session set expires_at = now() - interval '1 second' where officer_id = 12;
update officer set is_disabled = true where id = 13;
update session set only_area_id = 1, only_thread_id = 1 where officer_id = 14;

-- Columns: 1 of koban 11, 2 granted to 12, 3 granted to 12 until a while ago, 4 closed, 5 granted
-- to the whole area, 6 of koban 21 in area 2, 7 granted to 12 by a koban of area 2.
insert into thread select case when n < 6 then 1 else 2 end, n, 1, 1000 + n, case when n < 6 then 11 else 21 end, 1, n, 1, 'addr' || n,
    case when n = 4 then 3 else 0 end, 2, 0, 0, 'ja', 0, 0, 0, 0, 0, 0, 0, 0, 0,
    true, null, null, -1, false, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, 7) n;
insert into thread_access (area_id, thread_id, koban_id, reason) select area_id, id, koban_id, 'own' from thread;
insert into thread_access (area_id, thread_id, koban_id, reason, until) values (1, 2, 12, 'ladder', null),
    (1, 3, 12, 'ladder', now()), (1, 5, 0, 'overflow', null), (2, 7, 12, 'ladder', null);
insert into message (area_id, thread_id, id, direction, kind, body, state, priority, channel_id, address)
    select area_id, id, id, 0, 0, 'the words', 0, 5, 1, 'addr' || id from thread;

create temp table expected (login text, sees text, refusal text, acts bool);
insert into expected values
    ('own',        'yyyyynn', 'KB404', true),
    ('next',       'nynnyny', 'KB404', true),
    ('third',      'nnnnynn', 'KB404', true),
    ('abroad',     'nnnnnyy', 'KB404', true),
    ('supervisor', 'yyyyyny', 'KB404', true),
    ('farsuper',   'nnnnnyy', 'KB404', true),
    ('command',    'yyyyyyy', 'KB404', true),
    ('admin',      'yyyyyyy', 'KB404', true),
    ('reader',     'yyyyynn', 'KB404', false),
    ('helping',    'yyyyynn', 'KB404', true),
    ('link',       'ynnnnnn', 'KB404', true),
    ('foreign',    'nnnnnnn', 'KB404', true),
    ('locked',     'nnnnnnn', 'KB423', true),
    ('gone',       'nnnnnnn', 'KB401', true),
    ('disabled',   'nnnnnnn', 'KB401', true),
    ('nobody',     'nnnnnnn', 'KB401', true);

create function pg_temp.hash(p_login text) returns bytea language sql as 'select sha256(convert_to(p_login, ''UTF8''))';
create function pg_temp.has(p_rows jsonb, p_thread bigint) returns text language sql as $$
    select case when exists (select from jsonb_array_elements(p_rows) r
        where coalesce(r ->> 'id', split_part(r #>> '{}', '-', 2)) = p_thread::text) then 'y' else 'n' end
$$;

-- 'y', 'n', or the refusal.
create function pg_temp.probe(p_function text, p_login text, p_area int, p_thread bigint) returns text language plpgsql as $$
declare s bytea := pg_temp.hash(p_login);
begin
    case p_function
    when 'console_thread' then
        perform console_thread(s, p_area, p_thread, 0, 10);
        return 'y';
    when 'console_draft' then
        perform console_draft(s, p_area, p_thread, 'words');
        return 'y';
    when 'console_correct' then
        perform console_correct(s, p_area, p_thread, p_thread, 4, -1, 'm');
        return 'y';
    when 'console_authorize' then
        perform console_authorize(s, p_area, p_thread, 'x');
        return 'y';
    when 'console_rows' then
        return pg_temp.has(console_rows(s, p_area, array[p_thread]) -> 'rows', p_thread);
    when 'console_search' then
        return pg_temp.has(console_search(s, 'the words') -> 'rows', p_thread);
    when 'console_boot' then
        return pg_temp.has(console_boot(s) -> 'threads', p_thread);
    when 'console_mine' then
        update thread set claimed_by = coalesce((select id from officer where login = p_login), -1);
        return pg_temp.has(console_mine(s) -> 'threads', p_thread);
    end case;
exception when others then return sqlstate;
end $$;

create temp view cells as
select f.name, e.login, t.area_id, t.id,
    case when e.refusal <> 'KB404' then e.refusal
        when substr(e.sees, t.id::int, 1) = 'n' then case when f.is_list then 'n' else 'KB404' end
        when f.is_act and not e.acts then 'KB403'
        -- A link has no queue.
        when f.is_open and t.state = 3 or f.name = 'console_boot' and e.login = 'link' then 'n'
        else 'y' end as wanted
from expected e, thread t, (values ('console_thread', false, false, false), ('console_draft', false, true, false),
    ('console_authorize', false, true, false), ('console_correct', false, true, false), ('console_rows', true, false, false), ('console_search', true, false, false),
    ('console_boot', true, false, true), ('console_mine', true, false, true)) f (name, is_list, is_act, is_open);

select plan((select count(*)::int from cells) + 33);
select is(pg_temp.probe(name, login, area_id, id), wanted, name || ' as ' || login || ', thread ' || id)
from cells order by name, login, id;

-- What goes by session and not by thread.
create function pg_temp.duty(p_login text, p_koban int) returns text language plpgsql as $$
begin
    return console_duty(pg_temp.hash(p_login), p_koban, true) ->> 'koban';
exception when others then return sqlstate;
end $$;
select is(pg_temp.duty('third', 11), '11', 'duty at another koban of the force');
select is(pg_temp.probe('console_thread', 'third', 1, 1), 'y', 'which lets see what is there');
select is(console_duty(pg_temp.hash('third'), 11, false) ->> 'koban', '11', 'and ends');
select is(pg_temp.probe('console_thread', 'third', 1, 1), 'KB404', 'with what it let see');
select is(pg_temp.duty('foreign', 11), 'KB403', 'no duty at a koban of another force');
select is(pg_temp.duty('link', 11), 'KB403', 'no duty behind a link');
select is(pg_temp.duty('locked', 11), 'KB423', 'no duty on a locked console');
select is(pg_temp.duty('nobody', 11), 'KB401', 'no duty without a session');
create function pg_temp.enter(p_login text) returns text language plpgsql as $$
begin
    return console_enter(pg_temp.hash(p_login));
exception when others then return sqlstate;
end $$;
select is(pg_temp.enter('own'), '1', 'a session is its officer''s');
select is(pg_temp.enter('locked'), 'KB423', 'a locked one enters nowhere');
select is(pg_temp.enter('gone'), 'KB401', 'an old one neither');
select is(pg_temp.enter('disabled'), 'KB401', 'nor that of a disabled officer');
create function pg_temp.scope(p_login text) returns text language plpgsql as $$
declare v record;
begin
    select * into v from console_scope(pg_temp.hash(p_login));
    return v.r_kobans::text || v.r_areas::text || v.r_stream_areas::text;
exception when others then return sqlstate;
end $$;
select is(pg_temp.scope('own'), '{11}{}{1}', 'the stream of an officer');
select is(pg_temp.scope('supervisor'), '{12}{1}{1}', 'of a supervisor');
select is(pg_temp.scope('locked'), '{11}{}{1}', 'a locked console keeps it');
select is(pg_temp.scope('link'), 'KB403', 'behind a link there is none');
select is(pg_temp.scope('gone'), 'KB401', 'nor without a session');

-- Words that are not sent are their writer's.
select is(console_thread(pg_temp.hash('supervisor'), 1, 1, 0, 1) ->> 'draft', 'words', 'the own draft');
select console_draft(pg_temp.hash('supervisor'), 1, 1, '');
select is(console_thread(pg_temp.hash('supervisor'), 1, 1, 0, 1) ->> 'draft', '', 'is not another''s');

-- A visit's repeat: the thread it opened, to whoever opened it, as far as they see it now.
create function pg_temp.visited(p_login text, p_client text) returns text language plpgsql as $$
begin
    return coalesce(console_visited(pg_temp.hash(p_login), p_client) -> 'rows' -> 0 ->> 'ref', 'n');
exception when others then return sqlstate;
end $$;
insert into command_done (area_id, client_id, officer_id, thread_id, message_id)
values (1, 'visit-1', 1, 1, 1), (1, 'visit-2', 2, 1, 1), (1, 'visit-11', 11, 1, 1);
select is(pg_temp.visited('own', 'visit-1'), '1-1', 'a visit''s repeat hears of its thread');
select is(pg_temp.visited('own', 'visit-2'), 'n', 'not of a colleague''s');
select is(pg_temp.visited('next', 'visit-2'), 'n', 'nor of one that is not theirs to see');
select is(pg_temp.visited('own', 'visit-9'), 'n', 'nor of none');
select is(pg_temp.visited('locked', 'visit-11'), 'KB423', 'a locked console hears nothing');
select is(pg_temp.visited('nobody', 'visit-1'), 'KB401', 'nor does nobody');

-- How the site is set up: supervisors and administrators.
create function pg_temp.admin(p_login text) returns text language plpgsql as $$
begin
    return console_admin(pg_temp.hash(p_login));
exception when others then return sqlstate;
end $$;
select is(pg_temp.admin(login), wanted, 'the set-up as ' || login) from (values ('own', 'KB403'), ('supervisor', '1'),
    ('admin', '2'), ('reader', 'KB403'), ('link', 'KB403'), ('locked', 'KB423'), ('nobody', 'KB401')) v (login, wanted);

select is_empty($$
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'public'
    where p.proname like 'console\_%' and p.proname not in (select name from cells)
      and p.proname not in ('console_duty', 'console_enter', 'console_scope', 'console_visited', 'console_admin')
      and p.proname not like 'console\_alert%' and p.proname <> 'console_map' -- alert.sql
      and p.proname not in ('console_correct_review', 'console_corrections') -- correction.sql
      and p.proname <> 'console_channels' -- channel.sql
$$, 'every function of the console is in the matrix');

select * from finish();
rollback;
