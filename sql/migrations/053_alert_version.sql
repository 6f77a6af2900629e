-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- Who approves says which version was read: the function has one argument more.
drop function if exists console_alert_decide(bytea, int, bigint, text, int, text);
