// SPDX-License-Identifier: Apache-2.0
//
// The section of alerts: the list, and beside it one alert or the composer. On a phone one
// lies over the other.
import { useEffect } from "preact/hooks";
import * as d from "../alertDraft";
import * as a from "../alerts";
import * as s from "../store";
import type { Alert } from "../types";
import { language, t } from "../words";
import { ActionButton } from "./ActionButton";
import { AlertComposer } from "./AlertComposer";
import { Bar, Severity, stateText, whenText } from "./AlertParts";
import { AlertView } from "./AlertView";

function Row({ alert }: { alert: Alert }) {
  const site = s.country.value?.languages[0] ?? "ja";
  const words = alert.texts[language.value] ?? alert.texts[site]
    ?? Object.values(alert.texts)[0] ?? "";
  const isBegun = ["sending", "paused", "stopped", "done"].includes(alert.state);
  const isOn = a.place.value.endsWith(alert.ref);
  return (
    <li><button class="alert-row" aria-current={isOn ? "true" : undefined}
      onClick={() => a.goAlert(alert.ref)}>
      <span class="alert-row-top"><Severity alert={alert} />
        <strong>№{alert.number} {a.topicName(alert.topic, language.value)}</strong></span>
      <span class="alert-row-words" dir="auto">{words}</span>
      <span class="hint">{stateText(alert)} · {alert.author.name}
        {" · "}{whenText(alert.created_ms, alert.area)}</span>
      {isBegun && <Bar alert={alert} />}
    </button></li>
  );
}

function Side() {
  const all = a.list.value, area = s.kobanById(s.kobanFilter.value)?.area;
  const shown = area ? all.filter((one) => one.area === area) : all;
  return (
    <section class="alert-list" aria-label={t("action_go_alerts")}>
      <div class="queue-find"><ActionButton id="alert_new" className="primary" /></div>
      <div class="alert-scroll" tabIndex={0} role="group" aria-label={t("action_go_alerts")}>
        {shown.length === 0 ? <p class="empty" role="status">{a.isRead.value ? t("alert_none")
          : t("loading")}</p> : <ul>{shown.map((one) => <Row key={one.ref} alert={one} />)}</ul>}
      </div>
    </section>
  );
}

export default function Alerts() {
  const place = a.place.value, isComposer = d.isComposerPlace(place);
  const isRead = a.isRead.value && s.country.value !== null;
  useEffect(() => {
    if (isComposer && isRead && !s.isReader()) void d.openDraft(place).then(() =>
      document.getElementById("alert-title")?.focus());
    return d.closeDraft;
  }, [place, isRead]);
  const alert = a.open.value, draft = d.draft.value;
  return (
    <div class={place ? "panes alerts has-alert" : "panes alerts"}>
      <Side />
      <section class="alert-pane" id="pane" aria-label={t("alert_one")} tabIndex={0}>
        {isComposer && draft ? <AlertComposer key={draft.key} draft={draft} />
          : alert ? <AlertView key={alert.ref} alert={alert} />
            : <div class="thread nothing"><p>{place && !isRead ? t("loading")
              : t("alert_pick")}</p></div>}
      </section>
    </div>
  );
}
