// SPDX-License-Identifier: Apache-2.0
//
// A key as it is shown: short enough for a button.
export function keyText(key: string): string {
  return key.replace("Shift+", "\u21e7").replace("ArrowDown", "\u2193")
    .replace("ArrowUp", "\u2191").replace("Escape", "Esc");
}
