-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- emergency_facts tells who answered NO; no program that calls the old one was ever released.

drop function if exists emergency_facts;
