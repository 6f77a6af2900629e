// SPDX-License-Identifier: Apache-2.0
//
// Signed in, locked, out. The lock hides everything and keeps stream, count and tone;
// only the sign-out ends them. Other tabs of the browser follow.
import { watchSession } from "./api";
import { isLocked, phase } from "./store";

const channel = new BroadcastChannel("koban-session");
let onOut: () => void = () => {};
let onUnlocked: () => void = () => {};

export function outOfSession(isTold = false): void {
  if (phase.peek() === "sign_in") return;
  isLocked.value = false;
  onOut();
  phase.value = "sign_in";
  if (!isTold) channel.postMessage("out");
}

export function setLocked(on: boolean, isTold = false): void {
  if (isLocked.peek() === on) return;
  isLocked.value = on;
  if (!isTold) channel.postMessage(on ? "locked" : "unlocked");
  if (!on) onUnlocked();
}

export function signedIn(): void {
  channel.postMessage("in");
}

export function startSession(hooks: { out: () => void; unlocked: () => void;
  signedIn: () => void }): void {
  onOut = hooks.out;
  onUnlocked = hooks.unlocked;
  watchSession((error) => {
    if (error.status === 423) setLocked(true);
    else outOfSession();
  });
  channel.onmessage = (message: MessageEvent<string>) => {
    if (message.data === "out") outOfSession(true);
    if (message.data === "locked") setLocked(true, true);
    if (message.data === "unlocked") setLocked(false, true);
    if (message.data === "in" && phase.peek() === "sign_in") hooks.signedIn();
  };
}
