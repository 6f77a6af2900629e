-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- Receipts that came before it was known what they are about: a provider's webhook may
-- overtake its own answer to the send, or the answer never came. inbox_sweep settles them
-- again when the provider's id is known, and forgets them after a while.
create table unmatched_receipt (
    intake_id int not null,
    channel_id int not null,
    provider_id text not null,
    event_key text not null,
    kept_at timestamptz not null default now(),
    primary key (intake_id, channel_id, provider_id, event_key)
);
grant select, insert, update, delete on unmatched_receipt to koban_system;
