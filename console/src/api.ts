// SPDX-License-Identifier: Apache-2.0
//
// Calls of the console API. A refusal is an ApiError with the code of the problem
// document; a lost link is an ApiError with status 0. Repeats nothing by itself: what
// must not be lost goes through outbox.ts.
import type { Alert, AlertAction, AlertDraft, AlertPreview, Boot, Channel, CommandBody,
  CommandName, Correction, CorrectIntent, Languages, MapKoban, Row, ThreadPage, VisitBody,
  VisitChannel, VolunteerGroup } from "./types";

export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly data: unknown) {
    super(code);
  }
  // Nothing was decided: the same request may be sent again.
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const TIMEOUT_MS = 10_000;
type Listener = (error: ApiError) => void;
let onSessionProblem: Listener = () => {};

// Called for 401 (no session) and 423 (locked) of any request but the sign-in itself.
export function watchSession(listener: Listener): void {
  onSessionProblem = listener;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  let response: Response, data: unknown = null;
  try {
    response = await fetch(path, {
      method, signal: abort.signal, credentials: "same-origin", cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (text !== "") data = JSON.parse(text);
  } catch {
    throw new ApiError(0, "no_link", null);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return data as T;
  const code = (data as { code?: string } | null)?.code ?? `http_${response.status}`;
  const error = new ApiError(response.status, code, data);
  const isSignIn = path === "/api/session" || path === "/api/session/unlock";
  if (!isSignIn && (response.status === 401 || response.status === 423))
    onSessionProblem(error);
  throw error;
}

export interface Country {
  country: string; languages: string[]; numbers: Record<string, string>;
  number_by_category: Record<string, string[]>; consultation_number: string;
  topics: { id: number; code: string; names: Record<string, string> }[];
  // By language, the officers' own and those the gateway does not speak.
  phrases: Record<string, { name: string; draft: boolean; list: { id: string; text: string }[] }>;
}

export const api = {
  signIn: (login: string, password: string, totp: string) =>
    call<unknown>("POST", "/api/session", { login, password, totp }),
  signOut: () => call<unknown>("DELETE", "/api/session"),
  lock: () => call<unknown>("POST", "/api/session/lock", {}),
  unlock: (password: string) => call<unknown>("POST", "/api/session/unlock", { password }),
  boot: () => call<Boot>("GET", "/api/boot"),
  country: () => call<Country>("GET", "/api/country"),
  rows: (area: number, ids: string[]) =>
    call<{ rows: Row[] }>("GET", `/api/rows?area=${area}&ids=${ids.join(",")}`),
  thread: (ref: string, before = "") =>
    call<ThreadPage>("GET", `/api/threads/${ref}` + (before ? `?before=${before}` : "")),
  search: (query: string) =>
    call<{ rows: Row[] }>("GET", `/api/search?q=${encodeURIComponent(query)}`),
  command: (ref: string, name: CommandName, body: CommandBody) =>
    call<{ thread?: Row; message?: string }>("POST", `/api/threads/${ref}/${name}`, body),
  draft: (ref: string, text: string) =>
    call<unknown>("PUT", `/api/threads/${ref}/draft`, { text }),
  correct: (ref: string, body: { message: string; intent: CorrectIntent | "" }) =>
    call<{ corrections: Correction[] }>("POST", `/api/threads/${ref}/correct`, body),
  correctReview: (ref: string, body: { message: string; officer: string; right: boolean }) =>
    call<{ corrections: Correction[] }>("POST", `/api/threads/${ref}/correct/review`, body),
  corrections: () => call<{ threads: string[] }>("GET", "/api/corrections"),
  mine: () => call<{ threads: string[] }>("GET", "/api/duty"),
  dutyStart: (koban: number, role: string, sound: boolean) =>
    call<unknown>("POST", "/api/duty", { koban, role, sound }),
  dutyEnd: (notes: { thread: string; text: string; back: boolean }[]) =>
    call<unknown>("POST", "/api/duty/end", { notes }),
  channels: () => call<{ channels: Channel[] }>("GET", "/api/channels"),
  languages: () => call<Languages>("GET", "/api/languages"),
  visitChannels: () => call<{ channels: VisitChannel[] }>("GET", "/api/visits"),
  visit: (body: VisitBody) =>
    call<{ thread?: Row; message?: string }>("POST", "/api/visits", body),
  map: () => call<{ kobans: MapKoban[] }>("GET", "/api/map"),
  alerts: () => call<{ alerts: Alert[]; groups: VolunteerGroup[] }>("GET", "/api/alerts"),
  alertRows: (area: number, ids: string[]) =>
    call<{ alerts: Alert[] }>("GET", `/api/alerts?area=${area}&ids=${ids.join(",")}`),
  alert: (ref: string) => call<Alert>("GET", `/api/alerts/${ref}`),
  alertNew: (draft: AlertDraft) => call<Alert>("POST", "/api/alerts", draft),
  alertSave: (ref: string, draft: AlertDraft) =>
    call<Alert>("POST", `/api/alerts/${ref}`, draft),
  alertPreview: (ref: string) =>
    call<AlertPreview>("POST", `/api/alerts/${ref}/preview`, {}),
  alertAct: (ref: string, action: AlertAction, body: { audience?: number; count?: number;
    version?: number; reason?: string }) =>
    call<Alert>("POST", `/api/alerts/${ref}/${action}`, body),
};
