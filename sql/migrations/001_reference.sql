-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- Reference tables: small, the same everywhere. The roles exist already (deploy/devdb or
-- the operator makes them): koban_owner runs this and owns the tables, koban_system and
-- koban_scoped own functions and no table, koban_gateway may only EXECUTE.

revoke all on schema public from public;
grant usage on schema public to koban_system, koban_scoped, koban_gateway;
grant create on schema public to koban_system, koban_scoped;
alter default privileges revoke execute on functions from public;

create table force (
    id int primary key,
    name text not null,
    country text not null,
    language text not null,
    command_koban_id int
);

create table area (
    id int primary key,
    force_id int not null references force,
    name text not null,
    time_zone text not null,
    desk_koban_id int
);

create table koban (
    id int primary key,
    area_id int not null references area,
    slug text not null unique,
    name text not null,
    name_ja text not null default '',
    name_id text not null default '',
    name_en text not null default '',
    is_desk bool not null default false,
    latitude float8,
    longitude float8,
    neighbour_id int references koban,
    surge_limit int not null default 20,
    territory jsonb
);
alter table area add foreign key (desk_koban_id) references koban;
alter table force add foreign key (command_koban_id) references koban;

-- Towns, chome, landmarks, as people write them (folded), each in a koban's territory.
create table place (
    koban_id int not null references koban,
    folded text not null,
    name text not null,
    primary key (koban_id, folded)
);

create table officer (
    id bigint primary key,
    area_id int not null references area,
    koban_id int not null references koban,
    login text not null unique,
    public_name text not null,
    role smallint not null default 0,
    language text not null default 'ja',
    password_hash text,
    totp_secret bytea,
    totp_counter bigint not null default 0,
    is_disabled bool not null default false,
    failed_count int not null default 0,
    failed_at timestamptz
);

create table channel (
    id int primary key,
    force_id int not null references force,
    intake_id int not null,
    name text not null unique,
    adapter text not null,
    koban_id int references koban,
    desk_koban_id int not null references koban,
    settings jsonb not null default '{}',
    rate_per_second int not null default 50,
    in_flight int not null default 16,
    is_held bool not null default false,
    held_reason text not null default ''
);

-- slot 1 signs and verifies, slot 2 (the one before) verifies during a rotation.
create table channel_secret (
    channel_id int not null references channel,
    key text not null,
    slot smallint not null,
    sealed bytea not null,
    primary key (channel_id, key, slot)
);

create table officer_phone (
    officer_id bigint not null references officer,
    channel_id int not null references channel,
    address text not null,
    is_verified bool not null default false,
    primary key (channel_id, address)
);

-- Planned duty in the local time of the area; over midnight is nothing special.
create table shift (
    area_id int not null references area,
    id bigint not null,
    koban_id int not null references koban,
    officer_id bigint not null references officer,
    role smallint not null default 0,
    starts_local timestamp not null,
    ends_local timestamp not null check (ends_local > starts_local),
    primary key (area_id, id),
    unique (area_id, officer_id, starts_local)
);

-- Duty as officers start and end it, on the console or by text.
create table duty (
    area_id int not null references area,
    officer_id bigint not null references officer,
    koban_id int not null references koban,
    role smallint not null default 0,
    source text not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (area_id, officer_id, started_at)
);
create index duty_open on duty (officer_id) where ended_at is null;

create table session (
    hash bytea primary key,
    officer_id bigint not null references officer,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    is_locked bool not null default false
);

-- Live consoles of all processes; gone with their node.
create table console_presence (
    node_id int not null,
    stream_id bigint not null,
    officer_id bigint not null references officer,
    area_id int not null,
    koban_id int not null,
    has_sound bool not null,
    seen_at timestamptz not null default now(),
    primary key (node_id, stream_id)
);

-- One-time links in texts to officers' phones.
create table page_link (
    hash bytea primary key,
    area_id int not null,
    thread_id bigint not null,
    officer_id bigint not null references officer,
    expires_at timestamptz not null,
    used_at timestamptz
);

create table gateway_node (
    id int primary key,
    token bigint not null,
    host text not null,
    pid int not null,
    heartbeat_at timestamptz not null
);

create table lease (
    name text primary key,
    node_id int not null,
    token bigint not null,
    expires_at timestamptz not null
);

-- Moves when anything in the roster or the channels does.
create table version (
    name text primary key,
    value bigint not null
);
insert into version values ('roster', 1), ('channel', 1);

create table canned (
    id int primary key,
    force_id int not null references force,
    shortcut text not null,
    language text not null,
    body text not null,
    unique (force_id, shortcut, language)
);
