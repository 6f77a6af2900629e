// SPDX-License-Identifier: Apache-2.0
//
// One thread: its head, its messages as a log, what is still on its way, the composer and
// the card. Ticks say only what the channel can know.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { act } from "../actions";
import { categoryOf, isUnopened, knowsDelivery } from "../codes";
import { goAlert } from "../alerts";
import * as desk from "../desk";
import { outbox, takeBack } from "../outbox";
import type { Entry } from "../outbox";
import { piecesOf } from "../spans";
import * as s from "../store";
import type { Message, OutboundState, Row, ThreadPage } from "../types";
import { ageText, dayText, refusedText, secondsText, t, tCode, timeText } from "../words";
import type { Key } from "../words";
import { Card, reasonText } from "./Card";
import { Composer } from "./Composer";
import { CorrectionLine } from "./Correction";
import { ActionButton } from "./ActionButton";
import { Icon } from "./icons";

const signs: Record<OutboundState, string> = {
  none: "", queued: "○", sending: "○", sent: "✓", delivered: "✓✓", read: "✓✓",
  failed: "!", unknown: "?", expired: "⌛",
};

// What the sign means, in words: on a channel without receipts "accepted" is the end.
export function tickWords(message: Message, adapter: string): string {
  const { state, state_reason: reason } = message;
  const words = t(`tick_${state}` as Key);
  if (state === "sent" && !knowsDelivery(adapter)) return t("tick_sent_only");
  if (state === "sent" && adapter === "webchat") return t("tick_sent_webchat");
  if (state === "failed" && reason === "opted_out") return `${words}: ${t("refused_cannot_text")}`;
  if (state === "failed" && reason) return `${words}: ${reason}`;
  return words;
}

function Tick({ message, adapter }: { message: Message; adapter: string }) {
  if (message.direction !== "outbound" || message.state === "none") return null;
  return (
    <span class={`tick tick-${message.state}`}>
      <span class="tick-sign" aria-hidden="true">{signs[message.state]}</span>{" "}
      {tickWords(message, adapter)}
    </span>
  );
}

function Repair({ message, row }: { message: Message; row: Row }) {
  const isBroken = ["failed", "unknown", "expired"].includes(message.state);
  if (!isBroken || message.direction !== "outbound" || row.state === "closed"
    || s.isReader()) return null;
  const settle = (state: "sent" | "failed") =>
    void desk.command("settle_unknown", { message: message.id, state });
  return (
    <span class="repair">
      <button onClick={() => void desk.command("repeat", { message: message.id })}>
        {t("send_again")}</button>
      {message.state === "unknown" && <>
        <button onClick={() => settle("sent")}>{t("it_arrived")}</button>
        <button onClick={() => settle("failed")}>{t("it_did_not_arrive")}</button></>}
    </span>
  );
}

function Place({ message }: { message: Message }) {
  if (message.latitude === null || message.longitude === null) return null;
  const text = `${message.latitude.toFixed(5)}, ${message.longitude.toFixed(5)}`;
  return (
    <span class="place"><Icon name="pin" size={18} /> {text} <em>{t("not_exact")}</em>
      <button class="quiet" onClick={() => void navigator.clipboard?.writeText(text)}>
        {t("copy")}</button></span>
  );
}

function bodyOf(message: Message): JSX.Element {
  if (message.hidden) return <em>{t("message_hidden")}</em>;
  if (message.body === "" && message.kind !== "text" && message.kind !== "location")
    return <em>{t("kind_not_shown", { kind: tCode("kind", message.kind) })}</em>;
  if (message.direction === "system") {
    const [code = "", ms] = message.body.split(":");
    return <span class="body">{tCode("line", code)}{ms &&
      ` ${timeText(Number(ms), s.homeZone.value)}`}</span>;
  }
  // What triage raised it by is marked where it stands; facts are on the card.
  const pieces = message.direction !== "inbound" ? [] : piecesOf(message.body,
    message.reasons.filter((r) => !String((r as { code?: string }).code).startsWith("fact:")));
  if (pieces.length < 2 && !pieces[0]?.reasons.length)
    return <span class="body" dir="auto">{message.body}</span>;
  return <span class="body" dir="auto">{pieces.map((piece) => piece.reasons.length
    ? <mark title={[...new Set(piece.reasons.map(reasonText))].join("; ")}>{piece.text}</mark>
    : piece.text)}</span>;
}

function authorOf(message: Message, row: Row): string {
  if (message.direction === "inbound") return `${t("resident")} ${row.who}`;
  if (message.direction === "page") return t("page_to_officer");
  if (message.officer) return message.officer.name;
  return message.direction === "system" ? t("system") : t("automatic");
}

function Bubble({ message, row }: { message: Message; row: Row }) {
  const isNote = message.direction === "note";
  const isAuto = message.direction === "outbound" && !message.officer;
  return (
    <li class={`bubble ${message.direction}${isAuto ? " automatic" : ""}`}>
      <p class="bubble-head">
        {isNote && <><Icon name="note" size={15} /> <strong>{t("note")}</strong></>}
        {isAuto && <strong>{t("automatic")}</strong>}
        {(!isAuto || message.direction !== "outbound") && <span>{authorOf(message, row)}
        </span>}
        <time dateTime={new Date(message.created_ms).toISOString()}>
          {timeText(message.created_ms, s.zoneOf(row.area))}</time>
      </p>
      <div class="bubble-body">{bodyOf(message)}<Place message={message} /></div>
      <p class="bubble-foot"><Tick message={message} adapter={row.adapter} />
        <Repair message={message} row={row} /></p>
    </li>
  );
}

// What this browser still holds: nothing here has reached the gateway yet.
function Pending({ entry }: { entry: Entry }) {
  const isWords = entry.command === "reply" || entry.command === "note";
  const age = s.now.value - s.serverOffsetMs.value - entry.createdMs;
  const isLate = entry.isEmergency && age > 600_000;
  return (
    <li class={`bubble ${entry.command === "note" ? "note" : "outbound"} pending`}>
      <p class="bubble-head"><strong>{isWords ? t(entry.command as Key)
        : t(`action_${entry.command}` as Key) }</strong></p>
      {isWords && <div class="bubble-body"><span class="body">{entry.body.text}</span></div>}
      <p class="bubble-foot">
        <span class="tick tick-queued"><span aria-hidden="true">○</span>{" "}
          {entry.state === "refused" ? refusedText(entry.code)
            : entry.holdUntilMs > Date.now() ? t("tick_held")
            : isLate ? t("unsent_act_by_phone") : t("tick_local")}</span>
        {entry.state === "refused"
          ? <button onClick={() => { s.dialog.value = "collision"; }}>{t("decide")}</button>
          : entry.tries > 0 && <button onClick={() => void desk.editRefused(entry)}>
              {t("take_back")}</button>}
        {entry.state === "refused" && !isWords &&
          <button onClick={() => void takeBack(entry.id)}>{t("drop")}</button>}
      </p>
    </li>
  );
}

function Log({ row, page }: { row: Row; page: ThreadPage }) {
  const { messages, strikes, erased } = page;
  const box = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const zone = s.zoneOf(row.area);
  const pending = outbox.value.filter((e) => e.ref === row.ref);
  const last = messages.at(-1)?.id;
  useLayoutEffect(() => {
    const node = box.current;
    if (node && wasAtEnd.current) node.scrollTop = node.scrollHeight;
  }, [last, messages.length, pending.length]);
  useEffect(() => { desk.noteSeen(); }, [last]);
  let day = "";
  return (
    <div class="log" ref={box} role="log" aria-label={t("messages")} tabIndex={0}
      onScroll={(e) => {
        const n = e.currentTarget;
        wasAtEnd.current = n.scrollHeight - n.scrollTop - n.clientHeight < 80;
      }}>
      {erased && <p class="erased">{t("thread_erased")}</p>}
      {s.hasOlder.value && <ActionButton id="older" className="quiet older" />}
      <ol>
        {messages.map((message) => {
          const today = dayText(message.created_ms, zone);
          const isNewDay = today !== day;
          day = today;
          return <>
            {isNewDay && <li class="day" key={`day-${message.id}`}><span>{today}</span></li>}
            <Bubble key={message.id} message={message} row={row} />
          </>;
        })}
        {strikes > 0 && <li class="strikes">{t("strikes", { n: strikes })}</li>}
        {pending.map((entry) => <Pending key={entry.id} entry={entry} />)}
      </ol>
    </div>
  );
}

function Head({ row }: { row: Row }) {
  const me = s.boot.value?.me.id;
  const claim = row.claimed_by
    ? row.claimed_by.id === me ? t("claimed_by_me")
      : t("claimed_by", { name: row.claimed_by.name })
    : t("claimed_by_nobody");
  return (
    <header class={`thread-head tone-${row.intent}`}>
      <button class="back quiet" onClick={() => desk.leaveThread()}
        aria-label={t("back_to_queue")}><Icon name="back" /></button>
      <div class="thread-title">
        <h2 tabIndex={-1} id="thread-title">
          <span class={`kind-chip tone-${row.intent}`}><Icon name={row.intent} size={16} />
            {tCode("intent", row.intent)}</span>
          {" "}№{row.number} {row.category ? tCode("category", categoryOf(row)) : ""}
        </h2>
        <p>{s.kobanName(row.koban)}{row.place_confirmed ? "" :
          <strong class="warn"> · {t("place_not_confirmed")}</strong>}
          {" · "}{tCode("state", row.state)} · {claim}
          {row.acknowledged_by && <> · {t("opened_by", { name: row.acknowledged_by.name,
            time: secondsText(row.acknowledged_ms, s.zoneOf(row.area)) })}</>}
          {isUnopened(row) && <strong class="warn"> · {t("not_opened")}{" "}
            <span aria-hidden="true">{ageText(s.now.value - row.opened_ms)}</span></strong>}
        </p>
      </div>
      <button class="quiet card-toggle" onClick={() => act("toggle_card")}
        aria-expanded={s.isCardOpen.value} aria-controls="card" title={t("action_toggle_card")}
        aria-label={t("action_toggle_card")}><Icon name="card" /></button>
    </header>
  );
}

function StatusKeys({ row }: { row: Row }) {
  if (row.intent !== "emergency" || row.state === "closed") return null;
  return (
    <div class="status-keys" role="group" aria-label={t("status")}>
      {(["on_the_way", "on_scene", "passed_on", "done"] as const).map((status, i) =>
        <button aria-pressed={row.status === status} disabled={s.isReader()}
          aria-keyshortcuts={String(i + 1)} onClick={() => act(`status_${status}`)}>
          <kbd aria-hidden="true">{i + 1}</kbd> {t(`status_${status}`)}</button>)}
    </div>
  );
}

function Manner({ row }: { row: Row }) {
  if (row.manner === "normal") return null;
  return (
    <p class={`manner manner-${row.manner}`}><Icon name={row.manner} size={18} />
      <strong>{tCode("manner", row.manner)}</strong> {t(`manner_${row.manner}_rule` as Key)}
    </p>
  );
}

// STOP at the provider: nothing written here arrives, whatever the officer tries.
function CannotText({ page }: { page: ThreadPage }) {
  if (!page.cannot_text) return null;
  return (
    <p class="manner cannot-text" role="status"><Icon name="text_only" size={18} />
      <strong>{t("refused_cannot_text")}</strong></p>
  );
}

// The channel is broken or paused: what is written here waits, and an emergency does not.
function Held({ row }: { row: Row }) {
  if (!s.boot.value?.held.includes(row.channel)) return null;
  return (
    <p class="manner cannot-text channel-held" role="status"><Icon name="alert" size={18} />
      <strong>{t(row.manner === "normal" ? "channel_held_act" : "channel_held_quiet")}</strong></p>
  );
}

// Written within a day of an alert: which one.
function Answers({ page }: { page: ThreadPage }) {
  if (page.answers.length === 0) return null;
  return <p class="manner answers">{page.answers.map((a) => <button class="quiet" key={a.ref}
    onClick={() => goAlert(a.ref)}><Icon name="alert" size={18} />
    {t("answers_alert", { number: a.number })}</button>)}</p>;
}

export function ThreadView() {
  const ref = s.openRef.value, page = s.page.value;
  if (!ref) {
    return <section class="thread nothing" id="thread" aria-label={t("thread")}>
      <p>{t("no_thread")}</p><p class="hint">{t("no_thread_hint")}</p></section>;
  }
  if (!page || page.thread.ref !== ref) {
    return <section class="thread nothing" id="thread" aria-label={t("thread")}>
      <p role="status">{s.pageProblem.value || t("loading")}</p>
      <button class="quiet" onClick={() => desk.leaveThread()}>{t("back_to_queue")}</button>
    </section>;
  }
  const row = page.thread;
  return (
    <section class="thread" id="thread" aria-labelledby="thread-title">
      <Head row={row} />
      <Manner row={row} />
      <CannotText page={page} />
      <Held row={row} />
      <Answers page={page} />
      <StatusKeys row={row} />
      <CorrectionLine page={page} />
      <div class="thread-body">
        <div class="talk">
          <Log key={ref} row={row} page={page} />
          <Composer key={`c-${ref}`} row={row} />
        </div>
        {s.isCardOpen.value && <Card row={row} page={page} />}
      </div>
    </section>
  );
}
