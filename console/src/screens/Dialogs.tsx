// SPDX-License-Identifier: Apache-2.0
//
// Everything that asks first: close, transfer, wait, escalate, manner, collision, end of
// duty, settings, help, palette. The browser's own <dialog> keeps the focus inside and
// gives it back.
import type { ComponentType } from "preact";
import { useMemo, useState } from "preact/hooks";
import { act, actions } from "../actions";
import type { Action } from "../actions";
import { dispositions } from "../codes";
import * as desk from "../desk";
import { outbox, sendAnyway, takeBack } from "../outbox";
import { prefs, setPrefs } from "../prefs";
import * as s from "../store";
import type { Disposition, Manner } from "../types";
import { clockOf, refusedText, t, tCode, timeText } from "../words";
import type { Key } from "../words";
import { AlertDelete, AlertGlass, AlertRefuse, AlertStop } from "./AlertDialogs";
import { Buttons, Frame } from "./Frame";
import { keyText } from "./keyText";
import { LookChoice } from "./SignIn";
import { Visit } from "./Visit";

function run(name: Parameters<typeof desk.command>[0],
  body: Parameters<typeof desk.command>[1]): void {
  s.dialog.value = null;
  void desk.command(name, body);
}

function Close() {
  const [choice, setChoice] = useState<Disposition | null>(null);
  const [text, setText] = useState("");
  return (
    <Frame title={t("action_close")}>
      <form>
        <fieldset><legend>{t("disposition")}</legend>
          {dispositions.map((d, i) => <label class="choice">
            <input type="radio" name="disposition" value={d} checked={choice === d}
              autofocus={i === 0} onChange={() => setChoice(d)} />
            {t(`disposition_${d}` as Key)}</label>)}
        </fieldset>
        <label for="close-text">{t("note_optional")}</label>
        <textarea id="close-text" rows={2} value={text}
          onInput={(e) => setText(e.currentTarget.value)} />
        <p class="hint">{t("close_hint")}</p>
        <Buttons yes={t("action_close")} isOff={!choice} onYes={() => {
          if (choice) run("close", { disposition: choice, ...(text ? { text } : {}) });
        }} />
      </form>
    </Frame>
  );
}

function Transfer() {
  const row = s.page.value?.thread;
  const others = (s.boot.value?.kobans ?? []).filter((k) => k.id !== row?.koban);
  const [koban, setKoban] = useState(others[0]?.id ?? 0);
  const [text, setText] = useState("");
  const target = s.kobanById(koban);
  return (
    <Frame title={t("action_transfer")}>
      <form>
        <label for="transfer-koban">{t("transfer_to")}</label>
        <select id="transfer-koban" autofocus value={String(koban)}
          onChange={(e) => setKoban(Number(e.currentTarget.value))}>
          {others.map((k) => <option value={String(k.id)}>{s.kobanName(k.id)}
            {k.is_desk ? ` (${t("desk")})` : ""}</option>)}
        </select>
        <label for="transfer-text">{t("transfer_why")}</label>
        <textarea id="transfer-text" rows={2} value={text}
          onInput={(e) => setText(e.currentTarget.value)} />
        <p class="hint">{target && row && target.area !== row.area
          ? t("transfer_other_area") : t("transfer_hint")}</p>
        <Buttons yes={t("action_transfer")} isOff={!koban}
          onYes={() => run("transfer", { koban, text })} />
      </form>
    </Frame>
  );
}

function nextMorning(): number {
  // 08:00 of the site's zone, found by walking hours: no zone arithmetic of our own.
  const zone = s.homeZone.peek();
  let at = Math.ceil(s.nowMs() / 900_000) * 900_000;
  for (let i = 0; i < 200; i++, at += 900_000)
    if (clockOf(at, zone) === "08:00") break;
  return at;
}

function Wait() {
  const choices: [Key, number][] = [["wait_30m", s.nowMs() + 1_800_000],
    ["wait_1h", s.nowMs() + 3_600_000], ["wait_4h", s.nowMs() + 14_400_000],
    ["wait_morning", nextMorning()]];
  const [until, setUntil] = useState(choices[1]?.[1] ?? 0);
  const fixed = useMemo(() => choices, []);
  return (
    <Frame title={t("action_wait")}>
      <form>
        <fieldset><legend>{t("wait_until")}</legend>
          {fixed.map(([key, ms], i) => <label class="choice">
            <input type="radio" name="until" checked={until === ms || (i === 1 && !fixed
              .some(([, m]) => m === until))} autofocus={i === 1}
              onChange={() => setUntil(ms)} />
            {t(key)} <span class="hint">{timeText(ms, s.homeZone.value)}</span></label>)}
        </fieldset>
        <p class="hint">{t("wait_hint")}</p>
        <Buttons yes={t("action_wait")} onYes={() => run("wait", { until_ms: until })} />
      </form>
    </Frame>
  );
}

function Escalate() {
  const [text, setText] = useState("");
  return (
    <Frame title={t("action_escalate")}>
      <form>
        <p>{t("escalate_hint")}</p>
        <label for="escalate-text">{t("reason")}</label>
        <textarea id="escalate-text" rows={2} autofocus value={text}
          onInput={(e) => setText(e.currentTarget.value)} />
        <Buttons yes={t("action_escalate")} isOff={text.trim() === ""}
          onYes={() => run("escalate", { text })} />
      </form>
    </Frame>
  );
}

function MannerChoice() {
  const row = s.page.value?.thread;
  const [manner, setManner] = useState<Manner>(row?.manner ?? "normal");
  return (
    <Frame title={t("action_manner")}>
      <form>
        <fieldset><legend>{t("manner")}</legend>
          {(["normal", "text_only", "discreet"] as Manner[]).map((m) =>
            <label class="choice">
              <input type="radio" name="manner" checked={manner === m}
                autofocus={manner === m} onChange={() => setManner(m)} />
              <span>{t(`manner_${m}` as Key)}<br />
                <span class="hint">{t(`manner_${m}_rule` as Key)}</span></span></label>)}
        </fieldset>
        <p class="hint">{t("manner_sticks")}</p>
        <Buttons yes={t("save")} onYes={() => run("manner", { manner })} />
      </form>
    </Frame>
  );
}

// Somebody wrote meanwhile, or a colleague holds it: shown, and asked.
function Collision() {
  const ref = s.openRef.value;
  const entry = outbox.value.find((e) => e.ref === ref && e.state === "refused");
  const messages = s.page.value?.messages ?? [];
  if (!entry) { s.dialog.value = null; return null; }
  const seen = BigInt(entry.body.seen ?? "0");
  const fresh = messages.filter((m) => BigInt(m.id) > seen &&
    (m.direction === "inbound" || (m.direction === "outbound" && m.officer)));
  const mayForce = ["newer_inbound", "other_answered", "claimed", "conflict"].includes(entry.code);
  const isWords = entry.command === "reply" || entry.command === "note";
  const done = (work: Promise<unknown>) => { s.dialog.value = null; void work; };
  return (
    <Frame title={refusedText(entry.code)}>
      <form>
        {fresh.length > 0 && <ul class="fresh">{fresh.map((m) => <li>
          <strong>{m.officer ? m.officer.name : t("resident")}</strong>{" "}
          <time>{timeText(m.created_ms, s.homeZone.value)}</time>
          <blockquote>{m.body}</blockquote></li>)}</ul>}
        {isWords && <><p>{t("your_words")}</p><blockquote>{entry.body.text}</blockquote></>}
        <Buttons yes={mayForce ? t("send_anyway") : t("understood")} onYes={() => done(
          mayForce ? sendAnyway(entry.id, messages.at(-1)?.id ?? "")
            : isWords ? desk.editRefused(entry) : takeBack(entry.id))}>
          {mayForce && <button type="button" onClick={() => done(isWords
            ? desk.editRefused(entry) : takeBack(entry.id))}>
            {isWords ? t("edit_words") : t("drop")}</button>}
        </Buttons>
      </form>
    </Frame>
  );
}

function DutyEnd() {
  const me = s.boot.value?.me.id;
  const mine = [...s.rows.values()].filter((r) => r.claimed_by?.id === me
    && r.state !== "closed");
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [back, setBack] = useState<Record<string, boolean>>({});
  const [problem, setProblem] = useState("");
  const isReady = mine.every((r) => back[r.ref] || (texts[r.ref] ?? "").trim() !== "");
  async function end() {
    try {
      await desk.endDuty(mine.map((r) => ({ thread: r.ref, text: texts[r.ref] ?? "",
        back: back[r.ref] ?? false })));
    } catch { setProblem(t("no_link")); }
  }
  return (
    <Frame title={t("action_duty_end")} wide>
      <form>
        <p>{mine.length ? t("duty_end_threads") : t("duty_end_none")}</p>
        <ul class="handover">{mine.map((r) => <li>
          <strong>№{r.number} {tCode("intent", r.intent)}</strong>
          <p class="hint">{r.preview}</p>
          <label for={`note-${r.ref}`}>{t("duty_end_note")}</label>
          <input id={`note-${r.ref}`} value={texts[r.ref] ?? ""}
            onInput={(e) => setTexts({ ...texts, [r.ref]: e.currentTarget.value })} />
          <label class="choice"><input type="checkbox" checked={back[r.ref] ?? false}
            onChange={(e) => setBack({ ...back, [r.ref]: e.currentTarget.checked })} />
            {t("duty_end_back")}</label></li>)}</ul>
        {outbox.value.length > 0 && <p class="problem">
          {t("duty_end_unsent", { n: outbox.value.length })}</p>}
        <p class="problem" role="alert">{problem}</p>
        <Buttons yes={t("action_duty_end")} isOff={!isReady} onYes={() => void end()} />
      </form>
    </Frame>
  );
}

function Settings() {
  const p = prefs.value;
  return (
    <Frame title={t("action_settings")}>
      <form>
        <LookChoice />
        <label for="volume">{t("volume")}</label>
        <input id="volume" type="range" min="0.3" max="1" step="0.05"
          value={String(p.volume)}
          onInput={(e) => setPrefs({ volume: Number(e.currentTarget.value) })} />
        <p class="hint">{t("volume_hint")}</p>
        <button type="button" onClick={() => act("sound_test")}>{t("sound_test")}</button>
        <label class="choice"><input type="checkbox" checked={p.hasSingleKeys}
          onChange={(e) => setPrefs({ hasSingleKeys: e.currentTarget.checked })} />
          {t("single_keys")}</label>
        <label class="choice"><input type="checkbox" checked={p.isEnterSending}
          onChange={(e) => setPrefs({ isEnterSending: e.currentTarget.checked })} />
          {t("enter_sends")}</label>
        <p class="hint">{t("store_hint")}</p>
        <div class="dialog-buttons"><button class="primary" type="button"
          onClick={() => { s.dialog.value = null; }}>{t("done")}</button></div>
      </form>
    </Frame>
  );
}

function Help() {
  const groups = [...new Set(actions.map((a) => a.group))];
  return (
    <Frame title={t("action_help")} wide>
      <div class="help">
        {groups.map((group) => <section>
          <h3>{t(`group_${group}` as Key)}</h3>
          <dl>{actions.filter((a) => a.group === group).map((a) => <div class="fact">
            <dt>{a.keys.length ? a.keys.map((k) => <><kbd>{keyText(k)}</kbd> </>)
              : <kbd>Ctrl+k</kbd>}</dt>
            <dd>{t(a.label)}</dd></div>)}</dl>
        </section>)}
      </div>
      <p class="hint">{t("help_hint")}</p>
      <div class="dialog-buttons"><button class="primary" autofocus
        onClick={() => { s.dialog.value = null; }}>{t("done")}</button></div>
    </Frame>
  );
}

function Palette() {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const wanted = words.normalize("NFKC").toLowerCase();
  const found = actions.filter((a) => a.id !== "palette" && a.id !== "escape" && a.when() &&
    (t(a.label).normalize("NFKC").toLowerCase().includes(wanted) || a.id.includes(wanted)));
  function choose(a: Action | undefined) {
    if (!a) return;
    s.dialog.value = null;
    // After the dialog gave the focus back.
    setTimeout(() => act(a.id), 0);
  }
  function onKey(event: KeyboardEvent) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") choose(found[at]);
    else return;
    event.preventDefault();
  }
  return (
    <Frame title={t("action_palette")}>
      <label class="sr" for="palette">{t("palette_find")}</label>
      <input id="palette" autofocus autocomplete="off" role="combobox" aria-expanded="true"
        aria-controls="palette-list" placeholder={t("palette_find")} value={words}
        aria-activedescendant={found[at] ? `palette-${found[at]?.id}` : undefined}
        onInput={(e) => { setWords(e.currentTarget.value); setAt(0); }}
        onKeyDown={onKey} />
      <ul class="palette" role="listbox" id="palette-list" aria-label={t("action_palette")}>
        {found.map((a, i) => <li role="option" id={`palette-${a.id}`}
          aria-selected={i === at} onClick={() => choose(a)}
          ref={i === at ? (node) => node?.scrollIntoView({ block: "nearest" }) : null}>
          {t(a.label)} <kbd>{keyText(a.keys[0] ?? "")}</kbd></li>)}
      </ul>
    </Frame>
  );
}

const dialogs: Record<s.DialogName, ComponentType> = {
  close: Close, transfer: Transfer, wait: Wait, escalate: Escalate, manner: MannerChoice,
  collision: Collision, duty_end: DutyEnd, settings: Settings, help: Help, palette: Palette,
  alert_refuse: AlertRefuse, alert_stop: AlertStop, alert_glass: AlertGlass,
  alert_delete: AlertDelete, visit: Visit,
};

export default function Dialogs() {
  const Shown = s.dialog.value ? dialogs[s.dialog.value] : null;
  return Shown ? <Shown /> : null;
}
