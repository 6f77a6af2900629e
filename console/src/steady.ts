// SPDX-License-Identifier: Apache-2.0
//
// A click is meant for what stood under the pointer when the hand began to move. What came
// there less than a reaction ago is not what the person saw: to open it would acknowledge
// somebody else's plea. Such a click does nothing but say so.

const REACTION_MS = 300;

// Both in the clock of events (performance.now, event.timeStamp). A click older than the
// move was made before it.
export function isTooSoon(clickMs: number, movedMs: number): boolean {
  return clickMs - movedMs < REACTION_MS;
}
