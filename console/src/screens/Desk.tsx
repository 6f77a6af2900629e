// SPDX-License-Identifier: Apache-2.0
//
// The frame: rail, top bar with link and clock, alarms, queue, thread. On a phone one
// column with a way back and a bar below.
import { useEffect } from "preact/hooks";
import { act, action } from "../actions";
import { hearTest, leaveThread, openThread, readDirect } from "../desk";
import * as s from "../store";
import { outbox } from "../outbox";
import { surge as surgeNow } from "../queue";
import { ageText, secondsText, t, tCode, timeText } from "../words";
import { categoryOf } from "../codes";
import { Dialogs } from "./Dialogs";
import { Icon } from "./icons";
import { keyText } from "./keyText";
import { Queue } from "./Queue";
import { ThreadView } from "./Thread";

export function ActionButton({ id, icon, className = "", words = true }:
  { id: string; icon?: string; className?: string; words?: boolean }) {
  const a = action(id);
  const key = a.keys[0];
  return (
    <button class={className} disabled={!a.when()} onClick={() => act(id)}
      title={key ? `${t(a.label)} (${key})` : t(a.label)}
      aria-label={words ? undefined : t(a.label)} aria-keyshortcuts={ariaKey(key)}>
      {icon && <Icon name={icon} />}
      {words && <span>{t(a.label)}</span>}
      {words && key && <kbd aria-hidden="true">{keyText(key)}</kbd>}
    </button>
  );
}

function ariaKey(key: string | undefined): string | undefined {
  return key?.replace("Ctrl", "Control").split(" ")[0];
}

function Rail() {
  return (
    <nav class="rail" aria-label={t("main_menu")}>
      <ActionButton id="go_queue" icon="queue" words={false} />
      <ActionButton id="search" icon="search" words={false} />
      <ActionButton id="palette" icon="palette" words={false} />
      <span class="rail-gap" />
      <ActionButton id="help" icon="help" words={false} />
      <ActionButton id="settings" icon="settings" words={false} />
      <ActionButton id="lock" icon="lock" words={false} />
      {s.boot.value?.duty
        ? <ActionButton id="duty_end" icon="leave" words={false} />
        : <ActionButton id="duty_start" icon="bell" words={false} />}
    </nav>
  );
}

function LinkState() {
  const state = s.link.value, unsent = outbox.value.length;
  const sign = { live: "●", stale: "◐", reconnecting: "◐", offline: "○" }[state.state];
  const age = state.state === "live" ? "" : ` ${ageText(s.now.value - s.serverOffsetMs.value
    - state.sinceMs)}`;
  return (
    <span class={`link link-${state.state}`} role="status">
      <span aria-hidden="true">{sign}</span> {tCode("link", state.state)}
      <span aria-hidden="true">{age}</span>
      {unsent > 0 && <strong class="unsent"> {t("unsent", { n: unsent })}</strong>}
    </span>
  );
}

function TopBar() {
  const boot = s.boot.value;
  const kobans = boot?.kobans.filter((k) => k.mine || boot.me.role !== "officer") ?? [];
  return (
    <header class="top">
      <h1 class="brand"><img src="/icon.svg" alt="" width="22" height="22" />
        <span>{boot ? s.kobanName(boot.duty?.koban ?? boot.me.koban) : t("app_name")}</span>
      </h1>
      {kobans.length > 1 && <select class="koban-filter" aria-label={t("koban_filter")}
        value={String(s.kobanFilter.value)}
        onChange={(e) => { s.kobanFilter.value = Number(e.currentTarget.value); }}>
        <option value="0">{t("all_kobans")}</option>
        {kobans.map((k) => <option value={String(k.id)}>{s.kobanName(k.id)}</option>)}
      </select>}
      <LinkState />
      <span class="top-gap" />
      {boot?.duty
        ? <span class="me">{boot.me.name} · {t("on_duty_since",
            { time: timeText(boot.duty.started_ms, s.homeZone.value) })}</span>
        : <span class="me">{boot?.me.name} · <strong>{t("not_on_duty")}</strong></span>}
      <time class="clock">{secondsText(s.now.value, s.homeZone.value)}</time>
    </header>
  );
}

function Strips() {
  const boot = s.boot.value;
  const surge = surgeNow.value;
  return (
    <div class="strips">
      {s.sound.value === "blocked" && <button class="strip strip-red"
        onClick={() => void hearTest()}><Icon name="bell" /> {t("sound_is_blocked")}</button>}
      {s.link.value.state !== "live" && <p class="strip strip-amber">
        {t("data_as_of", { time: secondsText(s.dataAsOfMs.value, s.homeZone.value) })}
        {" "}{t("link_keeps")}</p>}
      {(boot?.held ?? []).map((name) => <p class="strip strip-amber">
        {t("channel_held", { channel: name })}</p>)}
      {surge && <p class="strip strip-red">
        <strong>{t("surge")}</strong> {t("surge_line", { texts: surge.texts,
          worst: surge.worst, opened: surge.opened, waiting: surge.waiting,
          age: ageText(s.now.value - surge.oldestMs) })}</p>}
    </div>
  );
}

function AlarmBar() {
  const top = s.topAlarm.value;
  const count = s.alarmCount.value;
  if (count === 0) return null;
  const row = top ? s.rows.get(top.ref) : undefined;
  return (
    <section class="alarm" aria-label={t("alarms")}>
      {top && <div class="alarm-top">
        <Icon name="emergency" size={30} />
        <div class="alarm-words">
          <strong>{t("alarm_title", { n: count })}</strong>
          <span>{s.kobanName(top.koban)}
            {row ? ` · ${tCode("category", categoryOf(row))} · №${row.number}` : ""}
            {" · "}<span aria-hidden="true">{ageText(s.now.value - top.sinceMs)}</span>
            {row && row.manner !== "normal" ? ` · ${tCode("manner", row.manner)}` : ""}
          </span>
        </div>
        <button class="alarm-open" onClick={() => act("open_alarm")}
          aria-keyshortcuts="Space">{t("action_open_alarm")} <kbd aria-hidden="true">Space</kbd>
        </button>
      </div>}
      {s.directAlarms.value.map((a, i) => <div class="alarm-direct">
        <p><strong>{t("alarm_direct")}</strong> {s.kobanName(a.koban)} · {a.channel} ·{" "}
          {secondsText(a.received_ms, s.homeZone.value)}</p>
        <blockquote lang="und">{a.text}</blockquote>
        <p>{t("alarm_direct_hint")}</p>
        <button id={i === 0 ? "direct" : undefined} onClick={() => readDirect(a.key)}>
          {t("alarm_direct_read")}</button>
      </div>)}
    </section>
  );
}

function Toast() {
  const toast = s.toast.value;
  return (
    <div class="toast-room" role="status">
      {toast && <div class={toast.isProblem ? "toast problem-toast" : "toast"}>
        <span>{toast.text}</span>
        {toast.undo && <button onClick={() => toast.undo?.()}>{t("undo")}</button>}
      </div>}
    </div>
  );
}

function BottomBar() {
  return (
    <nav class="bottom" aria-label={t("main_menu")}>
      <ActionButton id="go_queue" icon="queue" />
      <ActionButton id="search" icon="search" />
      <ActionButton id="settings" icon="settings" />
      <ActionButton id="palette" icon="palette" />
    </nav>
  );
}

export function Desk() {
  useEffect(() => {
    const follow = () => {
      const ref = /^#t=(\d+-\d+)$/.exec(location.hash)?.[1];
      if (ref && ref !== s.openRef.peek()) void openThread(ref);
      else if (!ref && s.openRef.peek()) leaveThread();
    };
    window.addEventListener("popstate", follow);
    follow();
    return () => window.removeEventListener("popstate", follow);
  }, []);
  const isThread = s.openRef.value !== null;
  return (
    <div class={isThread ? "desk has-thread" : "desk"}>
      <a class="skip" href="#queue">{t("skip_queue")}</a>
      <a class="skip" href="#thread">{t("skip_thread")}</a>
      <TopBar />
      <Rail />
      <div class="work">
        <AlarmBar />
        <Strips />
        <div class="panes">
          <Queue />
          <ThreadView />
        </div>
      </div>
      <BottomBar />
      <Dialogs />
      <Toast />
      <div class="sr" aria-live="polite">{s.politeWords.value}</div>
      <div class="sr" role="alert">{s.urgentWords.value}</div>
    </div>
  );
}
