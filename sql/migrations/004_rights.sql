-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- Who may do what. koban_system: the functions of intake, settle, outbox, timers; every
-- row, but no change of what is written for ever. koban_scoped: the console's functions;
-- a row only within the scope its function has set. koban_gateway: nothing here.

grant select, insert, update, delete on
    inbox, contact, address, receipt_ref, quarantine, rejected,
    thread, message, outbox, timer, thread_access, draft, page_link, area_log,
    console_presence, gateway_node, lease, version, session, duty, shift,
    channel, channel_secret, officer, officer_phone, place, canned, koban, area, force
    to koban_system;
grant select, insert, delete on event, command_done to koban_system;
grant select, insert on audit, audit_chain to koban_system;

grant select on thread, message, thread_access, event, area_log, command_done, outbox,
    force, area, koban, officer, channel, canned, duty, shift, version, page_link
    to koban_scoped;
grant select, insert, update, delete on draft to koban_scoped;
grant insert on audit to koban_scoped;
grant select on audit to koban_scoped;
grant select, update on session to koban_scoped;

alter table thread enable row level security;
alter table message enable row level security;
alter table thread_access enable row level security;
alter table draft enable row level security;
alter table command_done enable row level security;
alter table audit enable row level security;
alter table outbox enable row level security;

create policy system_thread on thread to koban_system using (true) with check (true);
create policy system_message on message to koban_system using (true) with check (true);
create policy system_access on thread_access to koban_system using (true) with check (true);
create policy system_draft on draft to koban_system using (true) with check (true);
create policy system_command on command_done to koban_system using (true) with check (true);
create policy system_audit on audit to koban_system using (true) with check (true);
create policy system_outbox on outbox to koban_system using (true) with check (true);

-- The scope of a console call, set for its transaction by console_enter():
-- koban.officer, koban.kobans ({1,2}), koban.areas (supervisor: {3}). Nothing set: no row.
create policy scoped_access on thread_access to koban_scoped using (
    koban_id = any (coalesce(nullif(current_setting('koban.kobans', true), ''), '{}')::int[])
    or area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_thread on thread to koban_scoped using (
    area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])
    or exists (select from thread_access a
               where a.area_id = thread.area_id and a.thread_id = thread.id
                 and a.until is null
                 and a.koban_id = any (coalesce(nullif(
                     current_setting('koban.kobans', true), ''), '{}')::int[])));
create policy scoped_message on message to koban_scoped using (
    area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])
    or exists (select from thread_access a
               where a.area_id = message.area_id and a.thread_id = message.thread_id
                 and a.until is null
                 and a.koban_id = any (coalesce(nullif(
                     current_setting('koban.kobans', true), ''), '{}')::int[])));
create policy scoped_draft on draft to koban_scoped
    using (officer_id = coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint)
    with check (officer_id =
        coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint);
create policy scoped_command on command_done to koban_scoped
    using (officer_id = coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint);
create policy scoped_audit_write on audit for insert to koban_scoped with check (
    officer_id = coalesce(nullif(current_setting('koban.officer', true), ''), '0')::bigint);
create policy scoped_audit_read on audit for select to koban_scoped using (
    area_id = any (coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_outbox on outbox to koban_scoped using (
    exists (select from thread t where t.area_id = outbox.area_id and t.id = outbox.thread_id));
