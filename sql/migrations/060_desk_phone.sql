-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- A koban's own phone, as a station desk has one: texted when the ladder reaches the desk.

alter table koban add phone_channel_id int references channel,
    add phone_address text not null default '';
