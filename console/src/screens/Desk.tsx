// SPDX-License-Identifier: Apache-2.0
//
// The frame: rail, top bar with link and clock, alarms, and the section one is in. On a
// phone one column with a way back and a bar below.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { act } from "../actions";
import { glass, goAlert, waiting } from "../alerts";
import { hearTest, readDirect } from "../desk";
import { followAddress, sectionsOfMine } from "../sections";
import * as s from "../store";
import { outbox } from "../outbox";
import { surge as surgeNow } from "../queue";
import { isTooSoon } from "../steady";
import { ageText, secondsText, t, tCode, timeText } from "../words";
import { categoryOf } from "../codes";
import { ActionButton } from "./ActionButton";
import { Icon } from "./icons";
import { lazy, SectionView } from "./views";

// A chunk of its own, read as the desk opens: it is there before the first key.
const Dialogs = lazy(() => import("./Dialogs"), ({ children }) =>
  s.dialog.value ? <div class="toast-room"><div class="toast">{children}</div></div> : null);

function SectionButtons({ words }: { words: boolean }) {
  return <>{sectionsOfMine().map((one) => <ActionButton key={one.id} id={`go_${one.id}`}
    icon={one.icon} words={words} isCurrent={one.id === s.section.value}
    count={one.count?.() ?? 0} />)}</>;
}

function Rail() {
  return (
    <nav class="rail" aria-label={t("main_menu")}>
      <SectionButtons words={false} />
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
      {(boot?.no_console ?? []).map((koban) => <p class="strip strip-red">
        <Icon name="bell" /> {t("no_console", { koban: s.kobanName(koban) })}</p>)}
      {(boot?.held ?? []).map((name) => <p class="strip strip-amber">
        {t("channel_held", { channel: name })}</p>)}
      {["supervisor", "admin"].includes(boot?.me.role ?? "") && (boot?.quiet ?? []).map((name) =>
        <p class="strip strip-amber">{t("channel_quiet", { channel: name })}</p>)}
      {glass.value.map((a) => <button class="strip strip-red" onClick={() => goAlert(a.ref)}>
        <Icon name="alert" /> {t("alert_glass_told", { number: a.number,
          name: a.approver?.name ?? "" })}</button>)}
      {waiting.value.length > 0 && s.section.value !== "alerts" && <button
        class="strip strip-blue" onClick={() => goAlert(waiting.value[0]?.ref ?? "")}>
        <Icon name="alert" /> {t("alerts_wait", { n: waiting.value.length })}</button>}
      {surge && <p class="strip strip-red">
        <strong>{t(surge.isPages ? "surge_pages" : "surge")}</strong> {t("surge_line", {
          texts: surge.texts, worst: surge.worst, opened: surge.opened, waiting: surge.waiting,
          age: ageText(s.now.value - surge.oldestMs) })}</p>}
    </div>
  );
}

function AlarmBar() {
  const top = s.topAlarm.value;
  const count = s.alarmCount.value;
  const movedMs = useRef(0);
  useLayoutEffect(() => { movedMs.current = performance.now(); }, [top?.ref]);
  // Another alarm came to the top under the pointer, or the first one just now.
  function open(event: MouseEvent) {
    if (event.detail > 0 && isTooSoon(event.timeStamp, movedMs.current)) s.say(t("list_moved"));
    else act("open_alarm");
  }
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
        <button class="alarm-open" onClick={open}
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

// The address belongs to the sections, so a skip link moves the focus by itself.
function Skip({ to, words }: { to: string; words: string }) {
  return <a class="skip" href={`#${to}`} onClick={(e) => {
    e.preventDefault();
    const target = document.getElementById(to);
    if (target && !target.hasAttribute("tabindex")) target.tabIndex = -1;
    target?.focus();
  }}>{words}</a>;
}

function BottomBar() {
  return (
    <nav class="bottom" aria-label={t("main_menu")}>
      <SectionButtons words />
      <ActionButton id="search" icon="search" />
      <ActionButton id="settings" icon="settings" />
      <ActionButton id="palette" icon="palette" />
    </nav>
  );
}

export function Desk() {
  useEffect(() => {
    const follow = () => followAddress(location.hash);
    window.addEventListener("popstate", follow);
    follow();
    return () => window.removeEventListener("popstate", follow);
  }, []);
  const isThread = s.section.value === "queue" && s.openRef.value !== null;
  return (
    <div class={isThread ? "desk has-thread" : "desk"}>
      {s.section.value === "queue" ? <><Skip to="queue" words={t("skip_queue")} />
        <Skip to="thread" words={t("skip_thread")} /></>
        : <Skip to="pane" words={t("skip_pane")} />}
      <TopBar />
      <Rail />
      <main class="work">
        <AlarmBar />
        <Strips />
        <SectionView />
      </main>
      <BottomBar />
      <Dialogs />
      <Toast />
      <div class="sr" aria-live="polite">{s.politeWords.value}</div>
      <div class="sr" role="alert">{s.urgentWords.value}</div>
    </div>
  );
}
