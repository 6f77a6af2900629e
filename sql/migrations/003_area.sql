-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- The area family: area_id first in every key; ids are time-ordered, made by the gateway.

create table thread (
    area_id int not null,
    id bigint not null,
    version int not null,
    number int not null,
    koban_id int not null,
    intake_id int not null,
    contact_id bigint not null,
    channel_id int not null,
    address text not null,
    state smallint not null,
    intent smallint not null,
    category smallint not null,
    urgency smallint not null,
    language text not null,
    manner smallint not null,
    claimed_by bigint not null,
    acknowledged_by bigint not null,
    acknowledged_ms bigint not null,
    attended_ms bigint not null,
    status smallint not null,
    disposition smallint not null,
    question smallint not null,
    questions_asked smallint not null,
    is_place_confirmed bool not null,
    latitude float8,
    longitude float8,
    rung smallint not null,
    is_surge bool not null,
    last_inbound_ms bigint not null,
    seen_inbound_ms bigint not null,
    last_automatic_ms bigint not null,
    automatic_texts int not null,
    opened_ms bigint not null,
    previous_area_id int not null,
    previous_thread_id bigint not null,
    primary key (area_id, id)
) with (fillfactor = 70, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.02);
-- One open thread an address; and what a koban's queue reads. state < 3: not closed.
create unique index thread_open on thread (area_id, channel_id, address) where state < 3;
create index thread_queue on thread (area_id, koban_id) where state < 3;
create index thread_number on thread (area_id, number) where state < 3;

create table message (
    area_id int not null,
    thread_id bigint not null,
    id bigint not null,
    direction smallint not null,
    kind smallint not null,
    body text not null,
    sentence text not null default '',
    officer_id bigint not null default 0,
    client_id text not null default '',
    state smallint not null,
    state_reason text not null default '',
    priority smallint not null,
    latitude float8,
    longitude float8,
    reasons text not null default '',
    inbox_id bigint not null default 0,
    channel_id int not null,
    address text not null,
    sent_ms bigint not null default 0,
    provider_id text not null default '',
    is_hidden bool not null default false,
    primary key (area_id, thread_id, id),
    foreign key (area_id, thread_id) references thread (area_id, id)
) with (fillfactor = 90, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.02);

create table outbox (
    area_id int not null,
    id bigint not null,
    thread_id bigint not null,
    channel_id int not null,
    address text not null,
    priority smallint not null,
    state smallint not null,
    is_automatic bool not null,
    not_before timestamptz not null,
    expires_at timestamptz,
    created_at timestamptz not null,
    claimed_at timestamptz,
    fence bigint not null default 0,
    attempt smallint not null default 0,
    is_silent bool not null,
    reply_token text not null default '',
    retry_key text not null,
    primary key (area_id, id)
) with (fillfactor = 70, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.02);
-- state 1 queued, 2 sending: what is still to be done.
create index outbox_queue on outbox (area_id, channel_id, priority, id) where state in (1, 2);

create table timer (
    area_id int not null,
    thread_id bigint not null,
    kind smallint not null,
    due_at timestamptz not null,
    value bigint not null,
    primary key (area_id, thread_id, kind)
) with (fillfactor = 70, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.02);
create index timer_due on timer (due_at);

-- The gapless log consoles follow. position is given under the one row of area_log.
create table area_log (
    area_id int primary key,
    position bigint not null,
    next_number int not null default 1000
) with (fillfactor = 50);

create table event (
    area_id int not null,
    position bigint not null,
    thread_id bigint not null,
    koban_id int not null,
    officer_id bigint not null,
    version int not null,
    kind smallint not null,
    urgency smallint not null,
    at timestamptz not null default now(),
    primary key (area_id, position)
);

-- Who may see a thread: one koban a row, until it closes (until: of a visit that ends).
create table thread_access (
    area_id int not null,
    thread_id bigint not null,
    koban_id int not null,
    reason text not null,
    granted_at timestamptz not null default now(),
    until timestamptz,
    primary key (area_id, thread_id, koban_id)
);
create index thread_access_koban on thread_access (area_id, koban_id) where until is null;

create table draft (
    area_id int not null,
    thread_id bigint not null,
    officer_id bigint not null,
    body text not null,
    updated_at timestamptz not null default now(),
    primary key (area_id, thread_id, officer_id)
);

-- Commands that were done, so that a repeat gets the same answer.
create table command_done (
    area_id int not null,
    client_id text not null,
    officer_id bigint not null,
    thread_id bigint not null,
    message_id bigint not null,
    at timestamptz not null default now(),
    primary key (area_id, client_id)
);

-- Append-only: nobody but the owner may change a row, and the chain shows if the owner
-- did. No content, no addresses: ids, actions, codes.
create table audit (
    area_id int not null,
    id uuid not null default gen_random_uuid(),
    at timestamptz not null default clock_timestamp(),
    officer_id bigint not null,
    thread_id bigint not null,
    action text not null,
    detail text not null default '',
    primary key (area_id, id)
);
create index audit_at on audit (area_id, at);

create table audit_chain (
    area_id int not null,
    position bigint not null,
    audit_id uuid not null,
    hash bytea not null,
    primary key (area_id, position),
    unique (area_id, audit_id)
);
