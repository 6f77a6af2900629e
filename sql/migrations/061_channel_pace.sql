-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- How much comes in on a channel, in steps of ten minutes, counted behind the traffic; and
-- what that says now: whether it is quieter than usual for the hour.

create table channel_tally (
    intake_id int not null,
    channel_id int not null,
    at timestamptz not null,
    posts int not null,
    last_at timestamptz not null,
    primary key (intake_id, channel_id, at)
);
-- Up to which post of a bucket it is counted.
create table channel_tally_mark (
    intake_id int primary key,
    post_id bigint not null
);
create table channel_pace (
    intake_id int not null,
    channel_id int not null,
    posts int not null,
    usual int not null,
    is_quiet bool not null,
    last_at timestamptz,
    primary key (intake_id, channel_id)
);
grant select, insert, update, delete on channel_tally, channel_tally_mark, channel_pace
    to koban_system;
grant select on channel_pace to koban_scoped;
