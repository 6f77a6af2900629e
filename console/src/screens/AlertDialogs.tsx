// SPDX-License-Identifier: Apache-2.0
//
// What asks first about an alert: refuse, stop, delete, and a supervisor's break-glass.
import { useState } from "preact/hooks";
import * as a from "../alerts";
import * as s from "../store";
import type { Alert, AlertAction } from "../types";
import { t } from "../words";
import { numberText, titleOf } from "./AlertParts";
import { Buttons, Frame } from "./Frame";

function done(alert: Alert, action: AlertAction, body = {}): void {
  s.dialog.value = null;
  void a.doAlert(alert, action, body);
}

// What it was about is gone: nothing to ask.
function none(): null {
  s.dialog.value = null;
  return null;
}

export function AlertRefuse() {
  const alert = a.open.value;
  const [reason, setReason] = useState("");
  if (!alert) return none();
  return (
    <Frame title={t("action_alert_refuse")}>
      <form>
        <label for="alert-reason">{t("reason")}</label>
        <textarea id="alert-reason" rows={3} autofocus value={reason} dir="auto" maxLength={500}
          onInput={(e) => setReason(e.currentTarget.value)} />
        <Buttons yes={t("action_alert_refuse")} isOff={reason.trim() === ""}
          onYes={() => done(alert, "refuse", { reason: reason.trim() })} />
      </form>
    </Frame>
  );
}

// A question and one key.
function asking(action: "stop" | "delete", question: (alert: Alert) => string) {
  return () => {
    const alert = a.open.value;
    if (!alert) return none();
    const yes = t(`action_alert_${action}`);
    return (
      <Frame title={yes}>
        <form>
          <p>{question(alert)}</p>
          <Buttons yes={yes} onYes={() => done(alert, action)} />
        </form>
      </Frame>
    );
  };
}

export const AlertStop = asking("stop", (alert) => t("alert_stop_asks",
  { done: numberText(a.doneOf(alert)), total: numberText(a.totalOf(alert)) }));
export const AlertDelete = asking("delete", titleOf);

export function AlertGlass() {
  const alert = a.open.value;
  const [count, setCount] = useState("");
  if (!alert) return none();
  const isSame = /\d/.test(count) && Number(count.replace(/\D/g, "")) === alert.audience;
  return (
    <Frame title={t("action_alert_glass")}>
      <form>
        <p class="problem">{t("alert_glass_warning")}</p>
        <p>{t("alert_glass_record")}</p>
        <label for="alert-glass-count">{t("alert_type_count", { n: numberText(alert.audience) })}
        </label>
        <input id="alert-glass-count" autofocus inputMode="numeric" autocomplete="off" value={count}
          onInput={(e) => setCount(e.currentTarget.value)} />
        <Buttons yes={t("alert_glass_yes")} isOff={!isSame}
          onYes={() => done(alert, "break_glass", { count: alert.audience })} />
      </form>
    </Frame>
  );
}
