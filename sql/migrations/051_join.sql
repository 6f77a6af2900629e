-- SPDX-License-Identifier: Apache-2.0
-- serves: 2
--
-- Requests of the join page are counted by the hour.
create index join_request_made on join_request (intake_id, made_at);
