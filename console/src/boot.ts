// SPDX-License-Identifier: Apache-2.0
//
// What the gateway knows, read whole: at start, after `reset`, after an unlock. Kept as the
// last picture of this browser, for the day the link is down.
import { api } from "./api";
import { isUnopened } from "./codes";
import * as live from "./live";
import { keepPicture } from "./shell";
import * as s from "./store";

// Everything again: at start, after `reset`, after an unlock.
export async function takeBoot(isReset: boolean): Promise<void> {
  const boot = await api.boot();
  const listed = new Set(boot.threads.map((row) => row.ref));
  for (const ref of [...s.rows.keys()])
    if (!listed.has(ref) && ref !== s.openRef.peek()) s.rows.delete(ref);
  s.boot.value = boot;
  s.serverOffsetMs.value = boot.server_ms - Date.now();
  live.setPositions(boot.positions, isReset);
  s.takeRows(boot.threads);
  s.rowsVersion.value++;
  const alarms = new Map<string, s.Alarm>();
  for (const row of boot.threads) {
    const rung = s.alarms.peek().get(row.ref)?.rung ?? Math.max(0, row.rung - 1);
    if (s.ringsHere(row) || (isUnopened(row) && s.alarms.peek().has(row.ref)))
      alarms.set(row.ref, { ref: row.ref, koban: row.koban, rung, sinceMs: row.opened_ms });
  }
  s.alarms.value = alarms;
  s.isFromCache.value = false;
  s.dataAsOfMs.value = boot.server_ms;
  picture();
}

export function picture(): void {
  const boot = s.boot.peek();
  if (!boot || s.isLocked.peek()) return;
  keepPicture(() => ({ boot: s.boot.peek() ?? boot, rows: [...s.rows.values()].slice(0, 500),
    after: live.afterText(), atMs: s.nowMs() }));
}
