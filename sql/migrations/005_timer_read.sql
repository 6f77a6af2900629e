-- SPDX-License-Identifier: Apache-2.0
-- serves: 1
--
-- When a process read a due timer: others leave it alone for a while (timer_due).

alter table timer add column read_at timestamptz;
