-- SPDX-License-Identifier: Apache-2.0
--
-- Who is on duty: planned shifts in the time zone of the area, over midnight; and what
-- officers start and end by themselves.
begin;
select plan(10);

insert into force (id, name, country, language) values (1, 'f', 'jp', 'ja');
insert into area (id, force_id, name, time_zone) values (1, 1, 'a', 'Asia/Tokyo'), (2, 1, 'b', 'Asia/Jakarta');
insert into koban (id, area_id, slug, name) values (11, 1, 'k11', 'k'), (21, 2, 'k21', 'k');
insert into officer (id, area_id, koban_id, login, public_name) values (1, 1, 11, 'a', 'a'), (2, 2, 21, 'b', 'b');
create function pg_temp.on_duty(p_officer bigint) returns bool language sql as
    'select exists (select from duty_now() where r_officer_id = p_officer)';

select ok(not pg_temp.on_duty(1), 'nobody planned, nobody on duty');
-- A shift around now in Tokyo's own time, wherever the server thinks it is.
insert into shift (area_id, id, koban_id, officer_id, starts_local, ends_local)
select 1, 1, 11, 1, (now() at time zone 'Asia/Tokyo') - interval '2 hours', (now() at time zone 'Asia/Tokyo') + interval '6 hours';
select ok(pg_temp.on_duty(1), 'a shift that covers this moment in its zone, midnight or not');
insert into shift (area_id, id, koban_id, officer_id, starts_local, ends_local)
select 2, 2, 21, 2, (now() at time zone 'Asia/Tokyo') + interval '30 minutes', (now() at time zone 'Asia/Tokyo') + interval '90 minutes';
select ok(not pg_temp.on_duty(2), 'the same hour of another zone is another moment');
select inner_duty(1, 11, 0::smallint, false, 'console');
select ok(not pg_temp.on_duty(1), 'ended early: the plan does not bring them back');
select inner_duty(1, 11, 0::smallint, true, 'console');
select ok(pg_temp.on_duty(1), 'started again');
update officer set is_disabled = true where id = 1;
select ok(not pg_temp.on_duty(1), 'a disabled officer is on no duty');
select is((select value::int from version where name = 'roster'), 3, 'each change moves the roster');

-- The session ends with the shift, not before.
update officer set is_disabled = false where id = 1;
insert into session (hash, officer_id, expires_at) values (sha256('a'), 1, now() + interval '1 second');
select console_duty(sha256('a'), 11, true);
update session set expires_at = least(expires_at, now() + interval '1000 years') where hash = sha256('a');
select ok((select expires_at > now() + interval '999 years' from session where hash = sha256('a')), 'on duty a session has no end of its own');
update session set expires_at = 'infinity' where hash = sha256('a');
select inner_duty(1, 11, 0::smallint, false, 'phone');
select ok((select expires_at <= now() + interval '1 hour' from session where hash = sha256('a')), 'duty ended elsewhere: it ends soon');
select is(pg_temp.on_duty(1), false, 'and nobody is on duty');

select * from finish();
rollback;
