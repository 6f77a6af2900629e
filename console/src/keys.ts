// SPDX-License-Identifier: Apache-2.0
//
// Keys to actions. Deaf while an input method composes (the Enter that confirms kanji
// must never send) and to single keys while a field has focus; Space on a focused button
// stays the button's.

export interface KeyPress {
  key: string; code: string; ctrl: boolean; shift: boolean; alt: boolean;
  isComposing: boolean; isField: boolean; isButton: boolean; isDialog: boolean;
}
interface Bound { id: string; keys: string[]; inField?: boolean; inDialog?: boolean }

// The name of a press as bindings write it.
export function nameOf(press: KeyPress): string {
  const key = press.key === " " || press.key === "　" ? "Space" : press.key;
  if (press.ctrl) return `Ctrl+${key.length === 1 ? key.toLowerCase() : key}`;
  if (press.shift && /^[A-Za-z]$/.test(key)) return `Shift+${key.toLowerCase()}`;
  return key.length === 1 ? key.toLowerCase() : key;
}

function isSingle(binding: string): boolean {
  return !binding.startsWith("Ctrl+") && binding !== "Escape";
}

// What a press does: an action's id, the first half of a chord ("g"), or nothing.
export function findBinding(press: KeyPress, bound: Bound[], pending: string,
  hasSingleKeys: boolean): { id: string } | { pending: string } | null {
  if (press.isComposing || press.alt) return null;
  const name = nameOf(press);
  if (press.isButton && (name === "Space" || name === "Enter")) return null;
  if (pending) {
    const chord = bound.find((b) => b.keys.includes(`${pending} ${name}`));
    if (chord && !press.isField) return { id: chord.id };
  }
  for (const b of bound) {
    if (!b.keys.includes(name)) continue;
    if (press.isField && !b.inField) continue;
    if (press.isDialog && !b.inDialog && name !== "Escape") continue;
    if (isSingle(name) && !hasSingleKeys && name !== "Space") continue;
    return { id: b.id };
  }
  const begins = !press.isField && !press.isDialog && hasSingleKeys && !press.ctrl &&
    bound.some((b) => b.keys.some((k) => k.startsWith(`${name} `)));
  return begins ? { pending: name } : null;
}

function elementIs(element: Element | null, selector: string): boolean {
  return element?.matches(selector) ?? false;
}

export function pressOf(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof Element ? event.target : null;
  const isField = elementIs(target,
    "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, " +
    "[contenteditable=true]");
  return {
    key: event.key, code: event.code, ctrl: event.ctrlKey || event.metaKey,
    shift: event.shiftKey, alt: event.altKey,
    isComposing: event.isComposing || event.keyCode === 229,
    // Arrows inside the open thread scroll it.
    isField: isField || (event.key.startsWith("Arrow") && !!target?.closest(".log")),
    isButton: elementIs(target, "button, a[href], summary, input[type=checkbox], " +
      "input[type=radio], input[type=range]"),
    isDialog: !!target?.closest("dialog[open]"),
  };
}

export function startKeys(bound: Bound[], run: (id: string) => boolean,
  hasSingleKeys: () => boolean, isQuiet: () => boolean): void {
  let pending = "", timer = 0;
  document.addEventListener("keydown", (event) => {
    if (isQuiet() || event.defaultPrevented) return;
    const found = findBinding(pressOf(event), bound, pending, hasSingleKeys());
    pending = "";
    clearTimeout(timer);
    if (!found) return;
    if ("pending" in found) {
      pending = found.pending;
      timer = window.setTimeout(() => { pending = ""; }, 1500);
      return;
    }
    if (run(found.id)) event.preventDefault();
  });
}
