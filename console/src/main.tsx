// SPDX-License-Identifier: Apache-2.0
//
// Starts the console: look, words, session, keys; draws the screen the phase asks for.
import { render } from "preact";
import { effect } from "@preact/signals";
import { action, actions } from "./actions";
import * as desk from "./desk";
import { startKeys } from "./keys";
import { prefs, startPrefs } from "./prefs";
import { startWorker } from "./shell";
import { boot, isLocked, phase, sound } from "./store";
import { Desk } from "./screens/Desk";
import { DutyStart, Lock, SignIn } from "./screens/SignIn";

const IDLE_MS = 15 * 60_000;

function App() {
  if (phase.value === "loading") return null;
  if (phase.value === "sign_in") return <SignIn />;
  if (isLocked.value) return <Lock />;
  if (phase.value === "duty_start") return <DutyStart />;
  return <Desk />;
}

// Idle for 15 minutes: the screen is hidden, stream and tone go on.
// Whoever works in one tab works: all tabs of the browser hear of it.
function watchIdle(): void {
  const tabs = new BroadcastChannel("koban-moved");
  let last = Date.now(), told = 0;
  tabs.onmessage = () => { last = Date.now(); };
  const check = () => {
    if (Date.now() - last > IDLE_MS && boot.peek() && !isLocked.peek()) void desk.lock();
  };
  const moved = () => {
    check(); // a machine that slept: locked before its first key
    last = Date.now();
    if (last - told < 5000) return;
    told = last;
    tabs.postMessage("moved");
  };
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel"])
    document.addEventListener(name, moved, { passive: true, capture: true });
  setInterval(check, 10_000);
}

async function main(): Promise<void> {
  await startPrefs();
  startKeys(actions, (id) => {
    const found = action(id);
    if (!found.when()) return false;
    found.run();
    return true;
  }, () => prefs.peek().hasSingleKeys, () => isLocked.peek() || phase.peek() !== "desk");
  effect(() => { if (sound.value === "on") desk.soundIsOn(); });
  document.addEventListener("visibilitychange", () => desk.noteSeen());
  watchIdle();
  const root = document.getElementById("app");
  if (root) render(<App />, root);
  startWorker();
  await desk.start();
}

void main();
