// SPDX-License-Identifier: Apache-2.0
//
// The stream of events: one a browser, however many tabs. The tab that holds the lock
// "koban-live" reads it and tells the others; when it goes, the next one goes on from the
// position that was told last, so that nothing is left out. A closed EventSource is made
// again with ?after=, because a non-200 answer ends it for good.
//
// Invariant: a position is kept only after its event was given to every listener.
import { link, serverOffsetMs, now, nowMs } from "./store";
import { outOfSession } from "./session";
import type { DirectAlarm, LiveEvent } from "./types";

const STALE_MS = 20_000, RETRY_MS = 2_000;

type Told =
  | { what: "event"; event: LiveEvent; id: string }
  | { what: "direct"; alarm: DirectAlarm }
  | { what: "reset" }
  | { what: "beat"; serverMs: number; isHello: boolean }
  | { what: "link"; state: "live" | "stale" | "reconnecting" | "offline" }
  | { what: "sound"; on: boolean }
  | { what: "ask" }; // a new tab: how is the link?

export interface LiveListener {
  onEvent(event: LiveEvent): void;
  onDirect(alarm: DirectAlarm): void;
  onReset(): void;
  onBack(): void; // the link is there again
}

const channel = new BroadcastChannel("koban-live");
const positions = new Map<string, number>();
let listener: LiveListener | null = null;
let source: EventSource | null = null;
let isLeader = false, isStopped = true, hasSound = false;
let lastBeat = 0, retryTimer = 0, failures = 0;
let onLead: () => void = () => {};

export function readPositions(list: string): Map<string, number> {
  const result = new Map<string, number>();
  for (const part of list.split(",")) {
    const [area, position] = part.split(":");
    if (area && position && /^\d+$/.test(area) && /^\d+$/.test(position))
      result.set(area, Number(position));
  }
  return result;
}

export function readPositionsObject(list: string): Record<string, number> {
  return Object.fromEntries(readPositions(list));
}

export function writePositions(map: ReadonlyMap<string, number>): string {
  return [...map].map(([area, position]) => `${area}:${position}`).join(",");
}

// Positions only grow.
export function growPositions(map: Map<string, number>,
  more: ReadonlyMap<string, number>): void {
  for (const [area, position] of more)
    if (position > (map.get(area) ?? -1)) map.set(area, position);
}

export function afterText(): string {
  return writePositions(positions);
}

function setLink(state: "live" | "stale" | "reconnecting" | "offline"): void {
  const old = link.peek();
  if (old.state === state) return;
  link.value = { state, sinceMs: Date.now(), lagMs: old.lagMs };
  if (state === "live") listener?.onBack();
}

function hear(told: Told): void {
  switch (told.what) {
  case "event":
    listener?.onEvent(told.event);
    if (told.id) growPositions(positions, readPositions(told.id));
    break;
  case "direct": listener?.onDirect(told.alarm); break;
  case "reset": listener?.onReset(); break;
  case "beat":
    if (told.serverMs > 0) serverOffsetMs.value = told.serverMs - Date.now();
    now.value = nowMs();
    break;
  case "link": setLink(told.state); break;
  case "ask":
    if (isLeader) channel.postMessage({ what: "link", state: link.peek().state });
    break;
  case "sound":
    if (isLeader && told.on !== hasSound) { hasSound = told.on; connect(); }
    break;
  }
}

function tell(told: Told): void {
  hear(told);
  channel.postMessage(told);
}

channel.onmessage = (message: MessageEvent<Told>) => {
  if (!isStopped) hear(message.data);
};

function beat(serverMs = 0, isHello = false): void {
  lastBeat = Date.now();
  failures = 0;
  tell({ what: "beat", serverMs, isHello });
  tell({ what: "link", state: "live" });
}

function parse<T>(text: string): T | null {
  try { return JSON.parse(text) as T; } catch { return null; }
}

function retryLater(): void {
  clearTimeout(retryTimer);
  if (isStopped) return;
  failures++;
  tell({ what: "link", state: failures > 2 || !navigator.onLine ? "offline"
    : "reconnecting" });
  retryTimer = window.setTimeout(connect, RETRY_MS + Math.random() * 1000);
}

// The answer was not a stream: a session that ended must not be retried for ever.
async function ask(): Promise<void> {
  try {
    const response = await fetch("/api/boot", { credentials: "same-origin", cache: "no-store" });
    if (response.status === 401) outOfSession();
  } catch { /* no link: the retry goes on */ }
}

function connect(): void {
  clearTimeout(retryTimer);
  source?.close();
  if (!isLeader || isStopped) return;
  const after = encodeURIComponent(afterText());
  source = new EventSource(`/api/events?after=${after}&sound=${hasSound ? 1 : 0}`);
  const mine = source;
  mine.onopen = () => beat();
  mine.onerror = () => {
    if (mine !== source) return;
    if (mine.readyState === EventSource.CLOSED) void ask();
    mine.close();
    retryLater();
  };
  const server = (message: MessageEvent<string>) =>
    parse<{ server_ms?: number }>(message.data)?.server_ms ?? 0;
  mine.addEventListener("hello", (m) => beat(server(m as MessageEvent<string>), true));
  mine.addEventListener("hb", (m) => beat(server(m as MessageEvent<string>)));
  mine.addEventListener("reset", () => { beat(); tell({ what: "reset" }); });
  mine.addEventListener("end", () => { mine.close(); void ask(); retryLater(); });
  mine.addEventListener("direct", (m) => {
    const alarm = parse<DirectAlarm>((m as MessageEvent<string>).data);
    beat();
    if (alarm) tell({ what: "direct", alarm });
  });
  mine.addEventListener("event", (m) => {
    const message = m as MessageEvent<string>;
    const event = parse<LiveEvent>(message.data);
    beat();
    if (event) tell({ what: "event", event, id: message.lastEventId });
  });
}

// Nothing that matters hangs on this timer: it only says how old the picture is.
setInterval(() => {
  if (!isLeader || isStopped) return;
  const age = Date.now() - lastBeat;
  if (link.peek().state === "live" && age > STALE_MS) tell({ what: "link", state: "stale" });
  if (link.peek().state === "stale" && age > 2 * STALE_MS) { source?.close(); retryLater(); }
}, 1000);

window.addEventListener("online", () => { if (isLeader && !isStopped) connect(); });
// Not waited for: what the browser calls offline is asked again at once, by connecting.
window.addEventListener("offline", () => {
  if (!isLeader || isStopped) return;
  source?.close();
  source = null;
  retryLater();
});

function lead(): void {
  isLeader = true;
  lastBeat = Date.now();
  onLead();
  connect();
}

// From these positions on (the boot's); again after a reset.
export function setPositions(from: Record<string, number>, isReset = false): void {
  if (isReset) positions.clear();
  growPositions(positions, new Map(Object.entries(from)));
}

export function startLive(to: LiveListener, whenLeading: () => void): void {
  listener = to;
  onLead = whenLeading;
  if (!isStopped) { connect(); return; }
  isStopped = false;
  if (!navigator.locks) { lead(); return; }
  if (isLeader) { lead(); return; }
  // Held for the life of the tab; a follower waits here until the leader goes.
  void navigator.locks.request("koban-live", () => new Promise<void>(() => {
    if (isStopped) isLeader = true; else lead();
  }));
  channel.postMessage({ what: "ask" });
}

export function stopLive(): void {
  isStopped = true;
  clearTimeout(retryTimer);
  source?.close();
  source = null;
  positions.clear();
}

export function reportSound(on: boolean): void {
  if (isLeader) {
    if (on !== hasSound) { hasSound = on; connect(); }
  } else {
    channel.postMessage({ what: "sound", on });
  }
}
