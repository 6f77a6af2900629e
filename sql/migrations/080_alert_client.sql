-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- A draft's first save carries an id its console made: a POST that is repeated because its
-- answer was lost makes no second draft. And a draft can be deleted.
alter table alert add column client_id text not null default '';
create unique index alert_client on alert (area_id, client_id) where client_id <> '';
grant delete on alert to koban_scoped;
