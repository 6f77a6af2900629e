// SPDX-License-Identifier: Apache-2.0
//
// One alert: its words in every language, whom it is for, who wrote and who approved; the
// approval by a second officer, who reads all of it and types the number of people; how far
// it is; what was answered.
import { useState } from "preact/hooks";
import { canDecide, canDelete } from "../alertActions";
import * as a from "../alerts";
import * as desk from "../desk";
import * as s from "../store";
import type { Alert } from "../types";
import { t } from "../words";
import { ActionButton } from "./ActionButton";
import { AlertMap } from "./AlertMap";
import { Audience, Progress, Severity, Texts, numberText, stateText, titleOf,
  whenText } from "./AlertParts";
import { Icon } from "./icons";

function Facts({ alert }: { alert: Alert }) {
  const group = a.groups.value.find((g) => g.id === alert.group);
  const where = alert.kobans.length ? alert.kobans.map(s.kobanName).join(" · ")
    : t("alert_whole_area");
  const origin = alert.origin ? a.alerts.value.get(alert.origin) : undefined;
  return (
    <dl class="alert-facts">
      {alert.origin && <div class="fact"><dt>{t("alert_follows")}</dt><dd>
        <button class="quiet" onClick={() => a.goAlert(alert.origin ?? "")}>
          №{origin?.number ?? "?"}</button> {t("alert_reached_only")}</dd></div>}
      {alert.kind === "alert" && <div class="fact"><dt>{t("alert_where")}</dt>
        <dd>{where}</dd></div>}
      {alert.group !== "0" && <div class="fact"><dt>{t("alert_group")}</dt>
        <dd>{group?.name ?? "?"}</dd></div>}
      <div class="fact"><dt>{t("alert_send_at")}</dt><dd>{alert.send_ms
        ? whenText(alert.send_ms, alert.area) : t("alert_at_once")}</dd></div>
      <div class="fact"><dt>{t("alert_expires")}</dt>
        <dd>{whenText(alert.expires_ms, alert.area)}</dd></div>
      <div class="fact"><dt>{t("alert_author")}</dt><dd>{alert.author.name}</dd></div>
      {alert.approver && <div class="fact"><dt>{alert.state === "refused"
        ? t("alert_refuser") : t("alert_approver")}</dt><dd>{alert.approver.name}</dd></div>}
    </dl>
  );
}

// Each language is read, the number is typed: then it goes out.
function Decision({ alert }: { alert: Alert }) {
  const [read, setRead] = useState<Record<string, boolean>>({});
  const [count, setCount] = useState("");
  const tags = Object.keys(alert.texts);
  const isReady = tags.every((tag) => read[tag]) &&
    Number(count.replace(/\D/g, "")) === alert.audience && /\d/.test(count);
  return (
    <form class="decision" onSubmit={(e) => {
      e.preventDefault();
      if (isReady) void a.doAlert(alert, "approve", { count: alert.audience });
    }}>
      <p class="hint">{t("alert_read_all")}</p>
      <Texts texts={alert.texts}>{(tag) => <label class="choice">
        <input type="checkbox" checked={read[tag] ?? false}
          onChange={(e) => setRead({ ...read, [tag]: e.currentTarget.checked })} />
        {t("alert_i_read")}</label>}</Texts>
      <AudienceNow alert={alert} />
      <label for="alert-count">{t("alert_type_count", { n: numberText(alert.audience) })}</label>
      <div class="decision-keys">
        <input id="alert-count" inputMode="numeric" autocomplete="off" value={count}
          onInput={(e) => setCount(e.currentTarget.value)} />
        <button class="primary" type="submit" disabled={!isReady || a.isBusy.value}>
          {t("alert_approve_now")}</button>
        <ActionButton id="alert_refuse" />
      </div>
    </form>
  );
}

function AudienceNow({ alert }: { alert: Alert }) {
  const preview = a.preview.value;
  return (
    <section aria-labelledby="alert-audience">
      <h3 id="alert-audience">{t("alert_audience")}</h3>
      {preview?.ref === alert.ref ? <Audience what={preview.what} />
        : <p role="status" class="hint">{t("loading")}</p>}
    </section>
  );
}

function Waits({ alert }: { alert: Alert }) {
  const glass = alert.severity === "danger" && !s.isReader();
  const role = s.boot.value?.me.role;
  return (
    <section class="alert-note">
      <p>{a.isMine(alert) ? t("alert_not_by_author") : t("alert_other_decides")}</p>
      {glass && (role === "supervisor" || role === "admin") && <p>
        <ActionButton id="alert_glass" className="danger" /></p>}
    </section>
  );
}

function Replies({ alert }: { alert: Alert }) {
  if (alert.replies.length === 0) return null;
  return (
    <section aria-labelledby="alert-replies">
      <h3 id="alert-replies">{t("alert_replies", { n: alert.replies.length })}</h3>
      <ul class="replies">{alert.replies.map((ref) => <li>
        <button onClick={() => void desk.openThread(ref)}><Icon name="consultation" size={16} />
          {t("alert_reply", { number: s.rows.get(ref)?.number ?? "…" })}
          <span class="hint" dir="auto">{s.rows.get(ref)?.preview ?? ""}</span></button></li>)}</ul>
    </section>
  );
}

const controls = ["alert_pause", "alert_resume", "alert_stop", "alert_correct", "alert_clear",
  "alert_edit", "alert_delete"];

function Controls({ alert }: { alert: Alert }) {
  const shown = { draft: ["alert_edit", "alert_delete"], awaiting: ["alert_edit"],
    refused: ["alert_edit"], scheduled: ["alert_stop"],
    sending: ["alert_pause", "alert_stop", "alert_correct", "alert_clear"],
    paused: ["alert_resume", "alert_stop", "alert_correct", "alert_clear"],
    stopped: ["alert_correct", "alert_clear"],
    done: ["alert_correct", "alert_clear"] }[alert.state];
  const list = controls.filter((id) => shown.includes(id) &&
    (alert.kind === "alert" || !/correct|clear/.test(id)) &&
    (id !== "alert_delete" || canDelete()));
  if (s.isReader() || list.length === 0) return null;
  return <div class="alert-keys" role="group" aria-label={t("alert_controls")}>
    {list.map((id) => <ActionButton key={id} id={id}
      className={/stop|delete/.test(id) ? "danger" : ""} />)}</div>;
}

export function AlertView({ alert }: { alert: Alert }) {
  const isWaiting = alert.state === "awaiting", isDeciding = isWaiting && canDecide();
  const kobans = a.map.value.filter((k) => k.area === alert.area);
  const isBegun = !["draft", "awaiting", "refused"].includes(alert.state);
  return (
    <article class="alert-one" aria-labelledby="alert-title">
      <header class="alert-head">
        <button class="back quiet" onClick={() => a.goAlert("")}
          aria-label={t("alert_back")}><Icon name="back" /></button>
        <div>
          <h2 id="alert-title" tabIndex={-1}>{titleOf(alert)}</h2>
          <p><Severity alert={alert} /> <strong>{stateText(alert)}</strong>
            {alert.break_glass && <> · <strong class="warn">{t("alert_glass_mark")}</strong></>}</p>
        </div>
      </header>
      <Controls alert={alert} />
      {alert.state === "refused" && <p class="alert-note" dir="auto">
        {t("alert_refused_why", { reason: alert.refused_reason })}</p>}
      {isWaiting && <Waits alert={alert} />}
      {isBegun && <Progress alert={alert} />}
      <Replies alert={alert} />
      <Facts alert={alert} />
      {isDeciding ? <Decision key={`${alert.ref} ${alert.version}`} alert={alert} /> : <>
        <Texts texts={alert.texts} />
        {!isBegun && <AudienceNow alert={alert} />}</>}
      {alert.kind === "alert" && alert.kobans.length > 0 && kobans.length > 0 &&
        <AlertMap kobans={kobans} chosen={alert.kobans} drawing={alert.drawing} />}
    </article>
  );
}
