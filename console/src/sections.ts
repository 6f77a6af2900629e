// SPDX-License-Identifier: Apache-2.0
//
// The top-level sections of the console, once: words, icon, key, for whom, and what an
// address means in it. The rail, the bar of a phone, keys and palette are made from this
// list; what a section draws is in screens/views.tsx. Alarms stand above every section.
import { readAddress, showAddress } from "./address";
import { broken, isAdmin, readAdmin } from "./admin";
import { followAlert, waiting } from "./alerts";
import { boot, openRef, phase, section } from "./store";
import type { SectionId } from "./store";
import { leaveThread, openThread } from "./threads";
import type { Key } from "./words";

export interface Section {
  id: SectionId;
  label: Key;
  icon: string;
  key: string; // "g q"
  when(): boolean; // who has it, by role
  follow(rest: string): void; // the address names something in it
  count?(): number; // what waits in it for me
}

export const sections: Section[] = [
  { id: "queue", label: "action_go_queue", icon: "queue", key: "g q", when: () => true,
    follow: (ref) => {
      if (/^\d+-\d+$/.test(ref)) { if (ref !== openRef.peek()) void openThread(ref); }
      else if (openRef.peek()) leaveThread();
    } },
  { id: "alerts", label: "action_go_alerts", icon: "alert", key: "g a", when: () => true,
    follow: followAlert, count: () => waiting.value.length },
  { id: "admin", label: "action_go_admin", icon: "admin", key: "g d", when: isAdmin,
    follow: () => void readAdmin(), count: () => broken.value },
];

// Whoever lost a right, or never had it, is back at the queue.
export function sectionsOfMine(): Section[] {
  return boot.value && phase.value === "desk" ? sections.filter((one) => one.when()) : [];
}

export function goTo(id: SectionId, rest = ""): void {
  section.value = id;
  showAddress(id, rest);
}

export function followAddress(hash: string): void {
  const { name, rest } = readAddress(hash);
  const found = sectionsOfMine().find((one) => one.id === name) ?? sections[0];
  if (!found) return;
  section.value = found.id;
  found.follow(found.id === name ? rest : "");
}
