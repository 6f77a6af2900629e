-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- emergency_facts counts chat pages apart; no program that calls the old one was ever released.

drop function if exists emergency_facts;
