-- SPDX-License-Identifier: Apache-2.0
--
-- The accounts are held against what providers were told: a process that answered 2xx for
-- more than it stored, knew already or put into its journal is named.
begin;
select plan(4);

insert into gateway_node (id, token, host, pid, heartbeat_at) values (7, 1, 'h', 1, now());
select ok(node_renew(7, 1, 10, 6, 3, 1), 'its holder renews it');
select is(accounts() #> '{differences}', '[]'::jsonb, 'answered is what was kept');
select ok(node_renew(7, 1, 11, 6, 3, 1), 'one answered more');
select is(accounts() #> '{differences,0}',
    '{"key": "node 7", "what": "answered, not kept", "channel": 0}'::jsonb, 'is a difference');

select * from finish();
rollback;
