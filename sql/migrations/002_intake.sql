-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- The intake family: keyed by the channel's fixed bucket, never by the routed territory,
-- not partitioned by time (a unique event key must hold for ever).

-- One narrow row an event; target and body of the POST once, in its first event's row
-- (id = post_id).
create table inbox (
    intake_id int not null,
    channel_id int not null,
    event_key text not null,
    id bigint not null,
    received_at timestamptz not null,
    kind smallint not null,
    urgency smallint not null,
    attempts smallint not null default 0,
    attempted_at timestamptz,
    outcome smallint not null default 0,
    area_id int,
    thread_id bigint,
    post_id bigint not null,
    event_index smallint not null,
    target text,
    body bytea,
    primary key (intake_id, channel_id, event_key)
) with (fillfactor = 70, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.02);
create index inbox_unsettled on inbox (intake_id, urgency desc, id) where outcome = 0;
create index inbox_post on inbox (intake_id, post_id) where body is not null;

create table contact (
    intake_id int not null,
    id bigint not null,
    version int not null,
    language text not null default '',
    known_area_id int not null default 0,
    known_koban_id int not null default 0,
    current_area_id int not null default 0,
    current_thread_id bigint not null default 0,
    previous_area_id int not null default 0,
    previous_thread_id bigint not null default 0,
    alerts_stopped bool not null default false,
    strikes smallint not null default 0,
    primary key (intake_id, id)
) with (fillfactor = 70);

create table address (
    intake_id int not null,
    channel_id int not null,
    address text not null,
    contact_id bigint not null,
    manner smallint not null default 0,
    is_opted_out bool not null default false,
    is_following bool not null default true,
    primary key (intake_id, channel_id, address)
) with (fillfactor = 80);

-- Where a provider's id of our message leads.
create table receipt_ref (
    intake_id int not null,
    channel_id int not null,
    provider_id text not null,
    area_id int not null,
    thread_id bigint not null,
    message_id bigint not null,
    primary key (intake_id, channel_id, provider_id)
);

-- Verified but not to be understood, or not to be settled: kept for a person.
create table quarantine (
    intake_id int not null,
    id bigint not null,
    channel_id int not null,
    reason text not null,
    received_at timestamptz not null,
    target text not null,
    body bytea,
    is_done bool not null default false,
    primary key (intake_id, id)
);

-- Not verified: a bounded ring an administrator can verify again.
create table rejected (
    intake_id int not null,
    channel_id int not null,
    id bigint not null,
    received_at timestamptz not null,
    target text not null,
    fields jsonb not null,
    body bytea not null,
    primary key (intake_id, channel_id, id)
);
