// SPDX-License-Identifier: Apache-2.0
//
// What the console API says (console/openapi.json), as types. Nothing here runs.
// Ids of 64 bits are strings; times are milliseconds since 1970.

export type Intent = "other" | "command" | "consultation" | "unclear" | "emergency";
export type ThreadState = "open" | "claimed" | "waiting" | "closed";
export type Manner = "normal" | "text_only" | "discreet";
export type Status = "none" | "on_the_way" | "on_scene" | "passed_on" | "done";
export type Disposition =
  | "replied" | "attended" | "passed_on" | "lost_found" | "duplicate" | "false_alarm"
  | "no_reply";
export type OutboundState =
  | "none" | "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown"
  | "expired";
export type Role = "officer" | "supervisor" | "admin" | "reader";

export interface Person { id: string; name: string }

// A row of the queue. `category`, `disposition` and `question` are codes (codes.ts).
export interface Row {
  ref: string; area: number; id: string; version: number; number: number; koban: number;
  state: ThreadState; intent: Intent; category: number; urgency: number;
  language: string; manner: Manner; channel: string; adapter: string;
  who: string; preview: string; preview_direction: number;
  claimed_by: Person | null; acknowledged_by: Person | null; acknowledged_ms: number;
  status: Status; disposition: number; opened_ms: number; last_inbound_ms: number;
  unseen: boolean; place_confirmed: boolean; rung: number; is_surge: boolean;
  latitude: number | null; longitude: number | null;
  previous: string | null; question: number;
}

export interface Message {
  id: string; direction: "inbound" | "outbound" | "note" | "system" | "page";
  kind: string; body: string; sentence: string; officer: Person | null;
  created_ms: number; sent_ms: number | null; state: OutboundState; state_reason: string;
  priority: number; client_id: string; latitude: number | null; longitude: number | null;
  reasons: unknown[]; hidden: boolean;
}

export interface ThreadPage {
  thread: Row; messages: Message[];
  access: { koban: number; reason: string }[]; draft: string;
  strikes: number; // false alarms of this contact: below its words, nowhere else
  erased: boolean; // its words are gone, by the rule of how long they are kept
  cannot_text: boolean; // the provider refuses until START
  answers: { ref: string; number: number }[]; // alerts it was written in answer to
  corrections: Correction[];
}

// What an officer says triage got wrong: `said` is the model's word, `intent` theirs.
export interface Correction {
  message: string; officer: Person; said: Intent; intent: CorrectIntent;
  state: "counts" | "waiting" | "refused";
}
export type CorrectIntent = "emergency" | "consultation" | "other";

export interface Koban {
  id: number; area: number; slug: string; name: string;
  name_ja: string | null; name_id: string | null; name_en: string | null;
  is_desk: boolean; mine: boolean;
}
export interface Area { id: number; name: string; time_zone: string; desk: number | null }
export interface Canned { shortcut: string; language: string; body: string }

export interface Boot {
  me: { id: string; login: string; name: string; role: Role; language: string;
    koban: number; area: number };
  duty: { koban: number; started_ms: number } | null;
  force: { id: number; name: string; country: string; language: string };
  areas: Area[]; kobans: Koban[]; threads: Row[];
  positions: Record<string, number>; canned: Canned[]; held: string[]; quiet?: string[];
  no_console: number[]; server_ms: number;
}

export interface Channel {
  name: string; kind: string; state: "works" | "held" | "broken"; reason: string;
  last_inbound_ms: number | null; quiet: boolean; hour: number; usual_hour: number;
}
export interface Sentence { id: string; text: string; parts: number; draft: boolean }
export interface LanguageFile {
  tag: string; name: string; sentences: Sentence[];
  phrases: Omit<Sentence, "parts">[];
}
export interface Languages { model: string; languages: LanguageFile[] }

// A channel by which somebody at the counter can be written to first.
export interface VisitChannel { name: string; adapter: string; held: boolean }
export interface VisitBody { client_id: string; channel: string; address: string;
  text: string }

export type CommandName =
  | "open" | "claim" | "release" | "reply" | "note" | "transfer" | "status" | "manner"
  | "close" | "repeat" | "settle_unknown" | "wait" | "escalate";

export interface CommandBody {
  client_id: string; seen?: string; force?: boolean; text?: string; life_ms?: number;
  koban?: number; status?: Status; manner?: Manner; disposition?: Disposition;
  message?: string; state?: "sent" | "failed"; until_ms?: number;
}

export type RelayKind =
  | "message" | "alarm" | "alarm_end" | "thread" | "tick" | "chime" | "attention"
  | "surge" | "duty" | "channel" | "alert";

export interface LiveEvent {
  area: number; position: number; koban: number; thread: string; version: number;
  kind: RelayKind; urgency: number;
}

// The database is away: the alarm comes with its text (the one exception).
export interface DirectAlarm {
  koban: number; channel: string; text: string; received_ms: number; key: string;
}

// --- alerts

export type AlertState = "draft" | "awaiting" | "scheduled" | "sending" | "paused"
  | "stopped" | "done" | "refused";
export type AlertKind = "alert" | "correction" | "all_clear";
export type Severity = "information" | "warning" | "danger";
export interface Polygon { type: "Polygon"; coordinates: number[][][] }
export interface MultiPolygon { type: "MultiPolygon"; coordinates: number[][][][] }

export interface AlertProgress {
  channel: string; adapter: string; state: Exclude<OutboundState, "none">; count: number;
}
export interface Alert {
  ref: string; area: number; id: string; version: number; number: number; koban: number;
  kind: AlertKind; origin: string | null; state: AlertState; topic: number;
  severity: Severity; kobans: number[]; drawing: Polygon | MultiPolygon | null;
  group: string; source: string; author: Person; approver: Person | null;
  break_glass: boolean; refused_reason: string; created_ms: number;
  submitted_ms: number | null; approved_ms: number | null; send_ms: number | null;
  started_ms: number | null; ended_ms: number | null; expires_ms: number;
  audience: number; queued_all: boolean; texts: Record<string, string>;
  progress: AlertProgress[]; replies: string[];
}
export interface VolunteerGroup {
  id: string; area: number; koban: number; name: string; kind: string; members: number;
  out: number;
}
export interface AlertDraft {
  area: number; version?: number; client_id?: string; kind: AlertKind; origin?: string;
  topic: number; severity: Severity; kobans: number[]; drawing: Polygon | MultiPolygon | null;
  group: string; send_ms: number | null; expires_ms: number; texts: Record<string, string>;
}
export interface AudienceRow {
  channel: string; language: string; quiet: boolean; count: number; parts: number;
  cost: number; currency: string;
}
export interface AlertPreview {
  audience: AudienceRow[]; missing: string[]; recipients: number;
  held_by_quiet_hours: number; parts: number; cost: number; seconds: number;
}
export type AlertAction =
  | "submit" | "approve" | "refuse" | "break_glass" | "pause" | "resume" | "stop"
  | "delete";
export interface MapKoban {
  id: number; area: number; latitude: number | null; longitude: number | null;
  territory: Polygon | MultiPolygon | null;
}
