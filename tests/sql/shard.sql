-- SPDX-License-Identifier: Apache-2.0
--
-- The schema stays shardable (the same tables run on one PostgreSQL or distributed): keys
-- begin with area_id or intake_id, no triggers, no enum types, no identity, no sequences.
begin;
select plan(8);

create temp view family as
select c.oid, c.relname, (select attname from pg_attribute a where a.attrelid = c.oid
    and a.attname in ('area_id', 'intake_id') order by attnum limit 1) as first_key
from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
where c.relkind = 'r' and c.relname in ('inbox', 'contact', 'address', 'receipt_ref',
    'quarantine', 'rejected', 'thread', 'message', 'outbox', 'timer', 'event',
    'thread_access', 'draft', 'command_done', 'audit', 'audit_chain', 'duty', 'shift',
    'subscription', 'alert', 'alert_text', 'delivery', 'alert_progress', 'alert_reply',
    'volunteer_group', 'volunteer_member', 'volunteer_duty', 'join_request', 'retention_mark', 'correction',
    'channel_tally', 'channel_tally_mark', 'channel_pace', 'place');

select is((select count(*)::int from family), 34, 'every table of the families is known');

select is_empty($$
    select f.relname, k.conname from family f
    join pg_constraint k on k.conrelid = f.oid and k.contype in ('p', 'u')
    join pg_attribute a on a.attrelid = f.oid and a.attnum = k.conkey[1]
    where a.attname not in ('area_id', 'intake_id')
$$, 'primary and unique keys begin with the shard key');

select is_empty($$
    select f.relname, i.indexrelid::regclass from family f
    join pg_index i on i.indrelid = f.oid and i.indisunique
    join pg_attribute a on a.attrelid = f.oid and a.attnum = i.indkey[0]
    where a.attname not in ('area_id', 'intake_id')
$$, 'unique indexes begin with the shard key');

select is_empty($$
    select f.relname, k.conname from family f
    join pg_constraint k on k.conrelid = f.oid and k.contype = 'f'
    join family g on g.oid = k.confrelid
    join pg_attribute a on a.attrelid = f.oid and a.attnum = k.conkey[1]
    where a.attname not in ('area_id', 'intake_id')
$$, 'foreign keys within the families carry the shard key');

select is_empty($$
    select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where not tgisinternal
$$, 'no triggers');

select is_empty($$
    select typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = 'public' and typtype = 'e'
$$, 'no enum types');

select is_empty($$
    select attrelid::regclass, attname from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where attidentity <> ''
$$, 'no identity columns');

select is_empty($$
    select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and relkind = 'S'
$$, 'no sequences');

select * from finish();
rollback;
