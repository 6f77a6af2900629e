// SPDX-License-Identifier: Apache-2.0
//
// Sign-in (login, password, code of the authenticator), start of duty with the sound
// check, and the lock that hides everything but count and place.
import { useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { testTone } from "../alarm";
import { ApiError } from "../api";
import * as desk from "../desk";
import { prefs, setLanguage, setPrefs } from "../prefs";
import type { Theme } from "../prefs";
import { alarmCount, boot, kobanName, link, now, homeZone } from "../store";
import { language, languages, t, timeText } from "../words";
import type { Key, Language } from "../words";
import { Icon } from "./icons";

function problemOf(error: unknown): string {
  const e = error instanceof ApiError ? error : null;
  if (!e || e.isPassing && e.status !== 429) return t("no_link");
  if (e.status === 429) return t("sign_in_too_many");
  return t("sign_in_wrong");
}

export function LookChoice() {
  return (
    <div class="look">
      <label>
        <span>{t("language")}</span>
        <select value={language.value}
          onChange={(e) => void setLanguage(e.currentTarget.value as Language)}>
          {languages.map((l) => <option value={l.tag} lang={l.tag}>{l.name}</option>)}
        </select>
      </label>
      <label>
        <span>{t("theme")}</span>
        <select value={prefs.value.theme}
          onChange={(e) => setPrefs({ theme: e.currentTarget.value as Theme })}>
          {(["auto", "light", "dark", "night"] as Theme[]).map((name) =>
            <option value={name}>{t(`theme_${name}` as Key)}</option>)}
        </select>
      </label>
    </div>
  );
}

function Gate({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="gate">
      <div class="gate-card">
        <p class="brand"><img src="/icon.svg" alt="" width="28" height="28" />
          {t("app_name")}</p>
        <h1>{title}</h1>
        {children}
      </div>
      <LookChoice />
    </main>
  );
}

export function SignIn() {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  async function submit(event: Event) {
    event.preventDefault();
    const fields = new FormData(form.current ?? undefined);
    const field = (name: string) => String(fields.get(name) ?? "");
    setBusy(true);
    setProblem("");
    try {
      await desk.signIn(field("login").trim(), field("password"),
        field("totp").normalize("NFKC").replace(/\s/g, ""));
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  }
  return (
    <Gate title={t("sign_in")}>
      <form ref={form} onSubmit={(e) => void submit(e)}>
        <label for="login">{t("login")}</label>
        <input id="login" name="login" autocomplete="username" autocapitalize="none"
          spellcheck={false} required autofocus />
        <label for="password">{t("password")}</label>
        <input id="password" name="password" type="password"
          autocomplete="current-password" required />
        <label for="totp">{t("totp")}</label>
        <input id="totp" name="totp" inputMode="numeric" autocomplete="one-time-code"
          maxLength={8} aria-describedby="totp-hint" />
        <p id="totp-hint" class="hint">{t("totp_hint")}</p>
        <p class="problem" role="alert">{problem}</p>
        <button class="primary wide" type="submit" disabled={isBusy}>{t("sign_in")}</button>
      </form>
    </Gate>
  );
}

export function DutyStart() {
  const me = boot.value?.me;
  const [koban, setKoban] = useState(me?.koban ?? 0);
  const [step, setStep] = useState<"choose" | "listen">("choose");
  const [problem, setProblem] = useState("");
  const kobans = (boot.value?.kobans ?? []).filter((k) => k.mine || me?.role !== "officer"
    || k.area === me?.area);
  async function listen() {
    const isOn = await desk.hearTest();
    setStep("listen");
    if (isOn) testTone();
    else setProblem(t("sound_blocked"));
  }
  async function begin(heard: boolean) {
    setProblem("");
    try { await desk.startDuty(koban, heard); } catch (error) {
      setProblem(error instanceof ApiError && !error.isPassing ? t("duty_refused")
        : t("no_link"));
    }
  }
  return (
    <Gate title={t("duty_start")}>
      <p>{t("hello_name", { name: me?.name ?? "" })}</p>
      <label for="koban">{t("koban")}</label>
      <select id="koban" value={String(koban)} disabled={step === "listen"}
        onChange={(e) => setKoban(Number(e.currentTarget.value))}>
        {kobans.map((k) => <option value={String(k.id)}>{kobanName(k.id)}</option>)}
      </select>
      <p class="hint">{t("role")}: {t(`role_${me?.role ?? "officer"}` as Key)}</p>
      {step === "choose"
        ? <button class="primary wide" onClick={() => void listen()}>
            <Icon name="bell" /> {t("sound_test")}</button>
        : <fieldset class="heard">
            <legend>{t("did_you_hear")}</legend>
            <button class="primary" onClick={() => void begin(true)}>{t("heard_yes")}</button>
            <button onClick={() => testTone()}>{t("sound_again")}</button>
            <button onClick={() => void begin(false)}>{t("heard_no")}</button>
            <p class="hint">{t("heard_no_hint")}</p>
          </fieldset>}
      <p class="problem" role="alert">{problem}</p>
      <div class="gate-foot">
        <button class="quiet" onClick={() => void desk.lookOnly()}>{t("look_only")}</button>
        <button class="quiet" onClick={() => void desk.signOut()}>{t("sign_out")}</button>
      </div>
    </Gate>
  );
}

export function Lock() {
  const [problem, setProblem] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const count = alarmCount.value;
  async function submit(event: Event) {
    event.preventDefault();
    try { await desk.unlock(input.current?.value ?? ""); } catch (error) {
      setProblem(problemOf(error));
    }
    if (input.current) input.current.value = "";
  }
  const where = boot.value ? kobanName(boot.value.duty?.koban ?? boot.value.me.koban) : "";
  return (
    <main class={count > 0 ? "gate locked ringing" : "gate locked"}>
      <div class="gate-card">
        <h1><Icon name="lock" /> {t("locked")}</h1>
        <p class="lock-place">{where} <time>{timeText(now.value, homeZone.value)}</time></p>
        {count > 0 && <p class="lock-alarm" role="alert">
          <Icon name="emergency" size={28} /> {t("alarm_title", { n: count })}</p>}
        {link.value.state !== "live" && <p class="problem">{t("link_not_live")}</p>}
        <form onSubmit={(e) => void submit(e)}>
          <input type="text" name="login" autocomplete="username" hidden readOnly
            value={boot.value?.me.login ?? ""} />
          <label for="unlock">{t("password")}</label>
          <input id="unlock" ref={input} type="password" autocomplete="current-password"
            required autofocus />
          <p class="problem" role="alert">{problem}</p>
          <button class="primary wide" type="submit">{t("unlock")}</button>
        </form>
        <button class="quiet" onClick={() => void desk.signOut()}>{t("sign_out")}</button>
      </div>
    </main>
  );
}
