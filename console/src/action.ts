// SPDX-License-Identifier: Apache-2.0
//
// What an action is. The list of all of them is actions.ts; a section may bring a list of
// its own for it.
import { dialog } from "./store";
import type { DialogName } from "./store";
import type { Key } from "./words";

export type Group = "alarm" | "queue" | "thread" | "write" | "view" | "duty" | "alert";

export interface Action {
  id: string;
  label: Key;
  group: Group;
  keys: string[]; // "j", "Ctrl+k", "g q"; none: palette and buttons only
  inField?: boolean; // works while a field has focus
  inDialog?: boolean;
  when(): boolean;
  run(): void;
}

export function dialogAction(id: DialogName, label: Key, group: Group, keys: string[],
  when: () => boolean): Action {
  return { id, label, group, keys, when, run: () => { dialog.value = id; } };
}
