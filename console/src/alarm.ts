// SPDX-License-Identifier: Apache-2.0
//
// How an alarm reaches a person: tone, title, icon, notification, badge of the app, and a
// screen that does not go dark. Two tones only, made here by WebAudio: no file to fetch
// when it matters. The emergency's is a looped buffer, because a background tab's timers
// are throttled and a loop's are not.
//
// Invariant: it stops only when nothing rings any more (somebody opened it). There is no
// mute, and the volume has a floor.
import { effect } from "@preact/signals";
import { alarmCount, alarms, boot, directAlarms, kobanName, sound,
  topAlarm, urgentWords } from "./store";
import { prefs } from "./prefs";
import { t } from "./words";

const VOLUME_FLOOR = 0.3;
let context: AudioContext | null = null;
let gain: GainNode | null = null;
let loop: AudioBufferSourceNode | null = null;
let holdsSound = false; // of all tabs, one makes the noise
let isAsking = false;
let wakeLock: { release(): Promise<void> } | null = null;

// Two pitches, softened at the edges so that no loudspeaker clicks.
function makeTone(ctx: AudioContext, pitches: number[], step: number, rest: number) {
  const rate = ctx.sampleRate;
  const each = Math.round(rate * step);
  const buffer = ctx.createBuffer(1, each * pitches.length + Math.round(rate * rest), rate);
  const data = buffer.getChannelData(0);
  const edge = rate * 0.012;
  pitches.forEach((hertz, at) => {
    for (let i = 0; i < each; i++) {
      const angle = (2 * Math.PI * hertz * i) / rate;
      const soft = Math.min(1, i / edge, (each - i) / edge);
      data[at * each + i] = soft * (0.62 * Math.sin(angle) + 0.2 * Math.sin(2 * angle) +
        0.1 * Math.sin(3 * angle));
    }
  });
  return buffer;
}

function loudness(): number {
  const rung = Math.max(0, ...[...alarms.peek().values()].map((a) => a.rung));
  const base = Math.max(VOLUME_FLOOR, prefs.peek().volume);
  return rung >= 1 ? Math.min(1, base * 1.6) : base;
}

function startLoop(): void {
  if (!context || loop || !gain) return;
  loop = context.createBufferSource();
  loop.buffer = makeTone(context, [880, 660, 880, 660], 0.22, 0.6);
  loop.loop = true;
  loop.connect(gain);
  loop.start();
}

function stopLoop(): void {
  loop?.stop();
  loop?.disconnect();
  loop = null;
}

function refreshTone(): void {
  const isRinging = alarmCount.peek() > 0;
  if (gain) gain.gain.value = loudness();
  if (isRinging && holdsSound && context?.state === "running") startLoop();
  if (!isRinging) stopLoop();
  document.documentElement.dataset["tone"] = loop ? "on" : "off";
}

// The other tone, once: a new message, or more words in an emergency opened already.
export function chime(): void {
  if (!context || !gain || context.state !== "running" || !holdsSound || loop) return;
  const node = context.createBufferSource();
  node.buffer = makeTone(context, [523, 784], 0.09, 0);
  const quiet = context.createGain();
  quiet.gain.value = Math.max(VOLUME_FLOOR, prefs.peek().volume) * 0.5;
  node.connect(quiet).connect(context.destination);
  node.start();
}

// One loud second for "did you hear it?".
export function testTone(): void {
  if (!context || !gain) return;
  gain.gain.value = Math.max(VOLUME_FLOOR, prefs.peek().volume);
  const node = context.createBufferSource();
  node.buffer = makeTone(context, [880, 660, 880, 660], 0.22, 0);
  node.connect(gain);
  node.start();
}

function noteState(): void {
  sound.value = context?.state === "running" ? "on" : boot.peek()?.duty ? "blocked" : "off";
  refreshTone();
}

// Must be called from a click or a key: browsers give sound only then.
export async function unlockSound(): Promise<boolean> {
  if (!context) {
    context = new AudioContext();
    gain = context.createGain();
    gain.connect(context.destination);
    context.onstatechange = noteState;
    holdSound();
  }
  try { await context.resume(); } catch { /* stays blocked, and says so */ }
  noteState();
  return context.state === "running";
}

function holdSound(): void {
  if (!navigator.locks) { holdsSound = true; return; }
  void navigator.locks.request("koban-sound", () => new Promise<void>(() => {
    holdsSound = true;
    refreshTone();
  }));
}

// On duty and no gesture since the reload: the strip says so until a key is pressed.
export function expectSound(): void {
  noteState();
  const wake = () => {
    void unlockSound().then((isOn) => {
      if (!isOn) return;
      document.removeEventListener("keydown", wake, true);
      document.removeEventListener("click", wake, true);
    });
  };
  document.addEventListener("keydown", wake, true);
  // Not at pointerdown: the strip goes, and the button under the finger with it.
  document.addEventListener("click", wake, true);
}

export async function askNotifications(): Promise<void> {
  if (!("Notification" in window) || Notification.permission !== "default" || isAsking) return;
  isAsking = true;
  try { await Notification.requestPermission(); } finally { isAsking = false; }
}

let note: Notification | null = null;

// Place and count only: a locked screen shows it to whoever stands before it.
function notify(): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const top = topAlarm.peek();
  const where = top ? kobanName(top.koban) : t("alarm_direct");
  try {
    note?.close();
    note = new Notification(t("alarm_title", { n: alarmCount.peek() }), {
      body: where, tag: "koban-alarm", requireInteraction: true,
    });
    note.onclick = () => { window.focus(); note?.close(); };
  } catch { /* Android: only a service worker may; the tone and the title remain */ }
}

function setIcon(isAlarm: boolean): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (icon) icon.href = isAlarm ? "/icon-alarm.svg" : "/icon.svg";
}

function setBadge(count: number): void {
  const app = navigator as unknown as { setAppBadge?(n: number): Promise<void>;
    clearAppBadge?(): Promise<void> };
  void (count > 0 ? app.setAppBadge?.(count) : app.clearAppBadge?.())?.catch(() => {});
}

async function keepAwake(): Promise<void> {
  const screen = navigator as unknown as { wakeLock?: {
    request(kind: "screen"): Promise<{ release(): Promise<void> }> } };
  if (!boot.peek()?.duty || document.visibilityState !== "visible") return;
  try { wakeLock = (await screen.wakeLock?.request("screen")) ?? null; } catch { /* no */ }
}

export function letSleep(): void {
  void wakeLock?.release().catch(() => {});
  wakeLock = null;
}

export function startAlarm(): void {
  let before = 0;
  effect(() => {
    const count = alarmCount.value;
    void alarms.value; void directAlarms.value; void prefs.value;
    const where = kobanName(boot.value?.duty?.koban ?? boot.value?.me.koban ?? 0);
    const title = boot.value ? `${where} · ${t("app_name")}` : t("app_name");
    document.title = count > 0 ? `(${count}!) ${t("emergency")} · ${title}` : title;
    setIcon(count > 0);
    setBadge(count);
    refreshTone();
    if (count > before) {
      urgentWords.value = t("alarm_spoken", { n: count });
      if (document.visibilityState !== "visible") notify();
    }
    // Opened, here or elsewhere: nothing is left that says otherwise.
    if (count === 0) { note?.close(); note = null; }
    before = count;
  });
  effect(() => { if (boot.value?.duty) void keepAwake(); else letSleep(); });
  document.addEventListener("visibilitychange", () => void keepAwake());
}
