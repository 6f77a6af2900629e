-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- What a leader may know of a group comes with the facts of the subscription. The koban
-- that was offered by "did you mean" waits beside the one that is subscribed.
alter table subscription add column closest_koban_id int not null default 0;
drop function if exists subscription_facts(int, int[], text[]);
