-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- Volunteers and their alerts. A subscription is one address in one area; an alert is
-- written by one officer and approved by another; each recipient is a row of delivery,
-- never of the outbox. Counts by channel and state are kept beside the rows, because a
-- million rows are not counted each second.

-- What an address answers step by step, and where its subscription is.
alter table contact
    add column subscribed_area_id int not null default 0,
    add column dialog smallint not null default 0,
    add column dialog_at timestamptz;
drop function if exists contact_facts(int, int[], text[]);
drop function if exists contact_apply(int, bigint[], int[], int[], text[], text[],
    smallint[], int[], int[], int[], bigint[], int[], smallint[]);
drop function if exists receipt_facts(int, int[], text[]);

-- state 0 being asked for, 1 active, 2 stopped. topics: bit n is the pack's topic n.
-- quiet_from, quiet_to: minutes of the local day, -1: the pack's; equal: none.
create table subscription (
    area_id int not null,
    channel_id int not null,
    address text not null,
    id bigint not null,
    intake_id int not null,
    contact_id bigint not null,
    state smallint not null,
    kobans int[] not null,
    topics int not null,
    language text not null,
    quiet_from smallint not null default -1,
    quiet_to smallint not null default -1,
    paused_until timestamptz,
    source text not null,
    asked_at timestamptz not null default now(),
    consented_at timestamptz,
    last_alert_id bigint not null default 0,
    last_alert_at timestamptz,
    primary key (area_id, channel_id, address)
) with (fillfactor = 80);
-- With a condition that only the walk of an alert names: a look-up by address must never
-- be planned over it while the table is small, and stay so.
create unique index subscription_id on subscription (area_id, id) where id > 0;

-- state 1 draft, 2 waits for approval, 3 scheduled, 4 sending, 5 paused, 6 stopped, 7 done,
-- 8 refused. kind 1 alert, 2 correction, 3 all clear. kobans {}: the whole area.
create table alert (
    area_id int not null,
    id bigint not null,
    version int not null default 1,
    number int not null,
    koban_id int not null,
    kind smallint not null default 1,
    origin_id bigint not null default 0,
    state smallint not null default 1,
    topic smallint not null,
    severity smallint not null,
    kobans int[] not null default '{}',
    drawing jsonb,
    group_id bigint not null default 0,
    source text not null default 'console',
    source_key text not null default '',
    author_id bigint not null,
    approver_id bigint not null default 0,
    is_break_glass bool not null default false,
    refused_reason text not null default '',
    created_at timestamptz not null default now(),
    submitted_at timestamptz,
    approved_at timestamptz,
    send_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    expires_at timestamptz not null,
    audience int not null default 0,
    cursor_id bigint not null default 0,
    is_queued bool not null default false,
    primary key (area_id, id),
    check (severity between 1 and 3), check (kind between 1 and 3),
    check (state between 1 and 8),
    check (approver_id = 0 or approver_id <> author_id or is_break_glass)
);
create unique index alert_number on alert (area_id, number);
create unique index alert_source on alert (area_id, source_key) where source_key <> '';
create index alert_busy on alert (area_id, id) where state in (3, 4, 5, 6);

create table alert_text (
    area_id int not null,
    alert_id bigint not null,
    language text not null,
    body text not null,
    is_site bool not null default false,
    primary key (area_id, alert_id, language),
    foreign key (area_id, alert_id) references alert (area_id, id)
);

-- state as a message's: 1 queued, 2 sending, 3 sent, 4 delivered, 5 read, 6 failed,
-- 7 unknown, 8 expired.
create table delivery (
    area_id int not null,
    alert_id bigint not null,
    recipient bigint not null,
    channel_id int not null,
    address text not null,
    language text not null,
    state smallint not null,
    not_before timestamptz not null,
    claimed_at timestamptz,
    fence bigint not null default 0,
    attempt smallint not null default 0,
    provider_id text not null default '',
    reason text not null default '',
    primary key (area_id, alert_id, recipient)
) with (fillfactor = 70, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.02);
create index delivery_queue on delivery (area_id, alert_id, channel_id, not_before, recipient)
    where state = 1;
create index delivery_sending on delivery (area_id, claimed_at) where state = 2;

create table alert_progress (
    area_id int not null,
    alert_id bigint not null,
    channel_id int not null,
    state smallint not null,
    count bigint not null,
    primary key (area_id, alert_id, channel_id, state)
) with (fillfactor = 50);

-- What was written in answer to an alert; the thread is read by a person.
create table alert_reply (
    area_id int not null,
    alert_id bigint not null,
    thread_id bigint not null,
    at timestamptz not null default now(),
    primary key (area_id, alert_id, thread_id)
);
create index alert_reply_thread on alert_reply (area_id, thread_id);

-- Where a provider's id of a delivery leads.
alter table receipt_ref add column is_delivery bool not null default false;

-- Patrols, school routes, watches over elders; who leads, who is out now.
create table volunteer_group (
    area_id int not null,
    id bigint not null,
    koban_id int not null,
    kind smallint not null,
    name text not null,
    is_closed bool not null default false,
    primary key (area_id, id)
);
create table volunteer_member (
    area_id int not null,
    group_id bigint not null,
    subscription_id bigint not null,
    is_leader bool not null default false,
    name text not null default '',
    primary key (area_id, group_id, subscription_id),
    foreign key (area_id, group_id) references volunteer_group (area_id, id)
);
create index volunteer_member_subscription on volunteer_member (area_id, subscription_id);
create table volunteer_duty (
    area_id int not null,
    subscription_id bigint not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (area_id, subscription_id, started_at)
);
create index volunteer_duty_open on volunteer_duty (area_id, subscription_id)
    where ended_at is null;

-- An address that asked on the page /join/<koban>, until its code comes back. The code's
-- hash only; five tries, one hour.
create table join_request (
    intake_id int not null,
    id bigint not null,
    hash bytea not null,
    channel_id int not null,
    address text not null,
    koban_id int not null,
    topics int not null,
    language text not null,
    quiet_from smallint not null default -1,
    quiet_to smallint not null default -1,
    tries smallint not null default 0,
    made_at timestamptz not null default now(),
    done_at timestamptz,
    primary key (intake_id, id)
);
create index join_request_address on join_request (intake_id, channel_id, address);

grant select, insert, update, delete on subscription, alert, alert_text, delivery,
    alert_progress, alert_reply, volunteer_group, volunteer_member, volunteer_duty,
    join_request to koban_system;
grant select, insert, update on alert to koban_scoped;
grant select, insert, update, delete on alert_text to koban_scoped;
grant select on alert_progress, alert_reply to koban_scoped;
grant select, insert, update on volunteer_group, volunteer_member to koban_scoped;
grant select on volunteer_duty to koban_scoped;

alter table alert enable row level security;
alter table alert_text enable row level security;
alter table alert_progress enable row level security;
alter table alert_reply enable row level security;
alter table volunteer_group enable row level security;
alter table volunteer_member enable row level security;
alter table volunteer_duty enable row level security;
create policy system_alert on alert to koban_system using (true) with check (true);
create policy system_alert_text on alert_text to koban_system using (true) with check (true);
create policy system_alert_progress on alert_progress to koban_system using (true) with check (true);
create policy system_alert_reply on alert_reply to koban_system using (true) with check (true);
create policy system_volunteer_group on volunteer_group to koban_system using (true) with check (true);
create policy system_volunteer_member on volunteer_member to koban_system using (true) with check (true);
create policy system_volunteer_duty on volunteer_duty to koban_system using (true) with check (true);

-- An officer sees the alerts of the areas where they may be on duty, a supervisor those of
-- theirs; behind a one-time link nothing is set.
create policy scoped_alert on alert to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])) with check (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_alert_text on alert_text to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])) with check (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_alert_progress on alert_progress to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_alert_reply on alert_reply to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_volunteer_group on volunteer_group to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])) with check (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_volunteer_member on volunteer_member to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[])) with check (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
create policy scoped_volunteer_duty on volunteer_duty to koban_scoped using (area_id = any (
    coalesce(nullif(current_setting('koban.near', true), ''), '{}')::int[]
    || coalesce(nullif(current_setting('koban.areas', true), ''), '{}')::int[]));
