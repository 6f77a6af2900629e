// SPDX-License-Identifier: Apache-2.0
//
// Where an alert is written: for whom, about what, how grave, in which words, when. What is
// missing is said while it is written; the preview is asked of the gateway and shown before
// it can be handed to a second officer.
import { useEffect } from "preact/hooks";
import { act } from "../actions";
import * as d from "../alertDraft";
import type { Draft, How } from "../alertDraft";
import * as a from "../alerts";
import { countSegments } from "../segments";
import * as s from "../store";
import type { Severity } from "../types";
import { language, languageText, t, tCode } from "../words";
import type { Key } from "../words";
import { fromField, toField } from "../zone";
import { ActionButton } from "./ActionButton";
import { AlertMap } from "./AlertMap";
import { Audience, numberText } from "./AlertParts";
import { Icon } from "./icons";

function Where({ draft }: { draft: Draft }) {
  const kobans = a.map.value.filter((k) => k.area === draft.area);
  const areas = [...new Set(a.map.value.map((k) => k.area))];
  const toggle = (id: number) => d.change({ kobans: draft.kobans.includes(id)
    ? draft.kobans.filter((k) => k !== id) : [...draft.kobans, id].sort((x, y) => x - y) });
  return (
    <fieldset class="box">
      <legend>{t("alert_where")}</legend>
      {areas.length > 1 && <><label for="alert-area">{t("alert_area")}</label>
        <select id="alert-area" value={String(draft.area)} disabled={draft.ref !== null}
          onChange={(e) => d.change({ area: Number(e.currentTarget.value), kobans: [],
            drawing: null })}>
          {areas.map((id) => <option value={String(id)}>{s.boot.value?.areas
            .find((one) => one.id === id)?.name ?? id}</option>)}</select></>}
      <div class="choices">{(["list", "drawing", "area"] as How[]).map((how) =>
        <label class="choice"><input type="radio" name="alert-how" checked={draft.how === how}
          onChange={() => d.change({ how })} />{t(`alert_how_${how}` as Key)}</label>)}</div>
      {draft.how === "list" && <ul class="kobans">{kobans.map((k) => <li>
        <label class="choice"><input type="checkbox" checked={draft.kobans.includes(k.id)}
          onChange={() => toggle(k.id)} />{s.kobanName(k.id)}</label></li>)}</ul>}
      {draft.how !== "area" && kobans.length > 0 && <AlertMap kobans={kobans}
        chosen={draft.how === "list" || draft.drawing ? draft.kobans : []}
        drawing={draft.how === "drawing" ? draft.drawing : null}
        {...(draft.how === "list" ? { onToggle: toggle } : { onDraw: (drawing) => {
          d.change({ drawing, kobans: [] });
          if (drawing) void d.save(); // the gateway says whose ground it is
        } })} />}
      {draft.how === "drawing" && <p role="status" class="drawn">{draft.drawing
        ? draft.kobans.length
          ? t("alert_drawn", { kobans: draft.kobans.map(s.kobanName).join(" · ") })
          : t("alert_drawn_later") : t("alert_needs_drawing")}</p>}
    </fieldset>
  );
}

function What({ draft }: { draft: Draft }) {
  const groups = a.groups.value.filter((g) => g.area === draft.area);
  return (
    <fieldset class="box">
      <legend>{t("alert_what")}</legend>
      <label for="alert-topic">{t("alert_topic")}</label>
      <select id="alert-topic" value={String(draft.topic)}
        onChange={(e) => d.change({ topic: Number(e.currentTarget.value) })}>
        {(s.country.value?.topics ?? []).map((topic) => <option value={String(topic.id)}>
          {a.topicName(topic.id, language.value)}</option>)}</select>
      <fieldset><legend class="sub">{t("alert_severity")}</legend>
        <div class="choices">{(["information", "warning", "danger"] as Severity[]).map((one) =>
          <label class="choice"><input type="radio" name="alert-severity"
            checked={draft.severity === one} onChange={() => d.change({ severity: one })} />
            {tCode("severity", one)}</label>)}</div></fieldset>
      {draft.severity === "danger" && <p class="hint">{t("alert_danger_hint")}</p>}
      <label for="alert-group">{t("alert_group")}</label>
      <select id="alert-group" value={draft.group}
        onChange={(e) => d.change({ group: e.currentTarget.value })}>
        <option value="0">{t("alert_everybody")}</option>
        {groups.map((g) => <option value={g.id}>{g.name} · {tCode("group_kind", g.kind)} ·{" "}
          {t("alert_members", { n: g.members, out: g.out })}</option>)}</select>
    </fieldset>
  );
}

function Words({ draft }: { draft: Draft }) {
  const gaps = d.missing(draft), site = d.languages()[0];
  return (
    <fieldset class="box">
      <legend>{t("alert_words")}</legend>
      {d.languages().map((tag) => {
        const text = draft.texts[tag] ?? "", count = countSegments(text);
        const isGap = gaps.includes(tag);
        const isNeeded = tag === site || draft.severity === "danger";
        return <div key={tag}>
          <label for={`alert-text-${tag}`}>{languageText(tag)}
            {isGap && <span class={isNeeded ? "gap needed" : "gap"}> {isNeeded
              ? t("alert_gap_needed") : t("alert_gap", { language: languageText(site ?? "") })}
            </span>}</label>
          <textarea id={`alert-text-${tag}`} lang={tag} dir="auto" rows={3} value={text}
            maxLength={1000} aria-describedby={`alert-count-${tag}`}
            onInput={(e) => d.change({ texts: { ...(d.draft.peek()?.texts ?? {}),
              [tag]: e.currentTarget.value } })} />
          <span class={count.parts > 1 ? "counter many" : "counter"} id={`alert-count-${tag}`}>
            {t("alert_chars", { n: [...text].length })} · SMS {count.encoding}{" "}
            {t("parts", { n: count.parts })}</span>
        </div>;
      })}
    </fieldset>
  );
}

function When({ draft }: { draft: Draft }) {
  const zone = s.zoneOf(draft.area);
  const put = (name: "sendMs" | "expiresMs") => (e: Event) => {
    const ms = fromField((e.currentTarget as HTMLInputElement).value, zone);
    if (!Number.isNaN(ms)) d.change({ [name]: ms });
  };
  return (
    <fieldset class="box">
      <legend>{t("alert_when")}</legend>
      <div class="choices">
        <label class="choice"><input type="radio" name="alert-when" checked={draft.sendMs === null}
          onChange={() => d.change({ sendMs: null })} />{t("alert_at_once")}</label>
        <label class="choice"><input type="radio" name="alert-when" checked={draft.sendMs !== null}
          onChange={() => d.change({ sendMs: s.nowMs() + 3600_000 })} />{t("alert_at")}</label>
      </div>
      {draft.sendMs !== null && <><label for="alert-send">{t("alert_send_at")}</label>
        <input id="alert-send" type="datetime-local" value={toField(draft.sendMs, zone)}
          onChange={put("sendMs")} /></>}
      <label for="alert-expires">{t("alert_expires")}</label>
      <input id="alert-expires" type="datetime-local" value={toField(draft.expiresMs, zone)}
        onChange={put("expiresMs")} />
      <p class="hint">{t("alert_expires_hint")}</p>
    </fieldset>
  );
}

function Outcome({ draft }: { draft: Draft }) {
  const preview = a.preview.value;
  if (!preview || preview.ref !== draft.ref || !d.isSaved.value) return null;
  return (
    <section class="box" aria-labelledby="alert-preview">
      <h3 id="alert-preview" tabIndex={-1}>{draft.kind === "alert" ? t("alert_audience")
        : t("alert_reached", { n: numberText(preview.what.recipients) })}</h3>
      <Audience what={preview.what} />
      <p class="hint">{t("alert_second_hint")}</p>
      <ActionButton id="alert_submit" className="primary" />
    </section>
  );
}

export function AlertComposer({ draft }: { draft: Draft }) {
  const origin = draft.origin ? a.alerts.value.get(draft.origin) : undefined;
  const hole = d.holes(draft);
  useEffect(() => {
    const bySend = () => act(a.preview.peek() && d.isSaved.peek() ? "alert_submit"
      : "alert_preview");
    document.addEventListener("koban-send", bySend);
    return () => document.removeEventListener("koban-send", bySend);
  }, []);
  const title = draft.kind === "alert" ? t("action_alert_new")
    : t(draft.kind === "correction" ? "alert_correcting" : "alert_clearing",
      { number: origin?.number ?? "?" });
  return (
    <form class="alert-one composing" aria-labelledby="alert-title"
      onSubmit={(e) => { e.preventDefault(); act("alert_preview"); }}>
      <header class="alert-head">
        <button type="button" class="back quiet" onClick={() => a.goAlert("")}
          aria-label={t("alert_back")}><Icon name="back" /></button>
        <div><h2 id="alert-title" tabIndex={-1}>{title}</h2>
          <p class="hint">{t("alert_kept_hint")}</p></div>
        <button type="button" onClick={() => void d.dropDraft().then(() => a.goAlert(""))}>
          {t("alert_drop")}</button>
      </header>
      <Words draft={draft} />
      {draft.kind === "alert" ? <><What draft={draft} /><Where draft={draft} /></>
        : <p class="alert-note">{t("alert_reached_only")}</p>}
      <When draft={draft} />
      <p class="problem" role="alert">{d.problem.value}</p>
      {hole && !d.problem.value && <p class="hint">{hole}</p>}
      <Outcome draft={draft} />
      <div class="alert-keys">
        <button class={d.isSaved.value ? "" : "primary"} type="submit" disabled={a.isBusy.value}
          aria-keyshortcuts="Control+Enter">{t("action_alert_preview")}{" "}
          <kbd aria-hidden="true">Ctrl+Enter</kbd></button>
      </div>
    </form>
  );
}
