-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- What each serving process answered 2xx and where it kept it, so that the accounts can be
-- held against what providers were told.
alter table gateway_node
    add column answered bigint not null default 0,
    add column stored bigint not null default 0,
    add column duplicates bigint not null default 0,
    add column journaled bigint not null default 0;
drop function if exists node_renew(int, bigint);
