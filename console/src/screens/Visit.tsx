// SPDX-License-Identifier: Apache-2.0
//
// Somebody stands at the counter: their number, what it is about, and a thread is open.
import { useEffect } from "preact/hooks";
import * as v from "../visit";
import { t } from "../words";
import { Buttons, Frame } from "./Frame";

function Channel() {
  const all = v.channels.value ?? [], chosen = v.visit.value.channel;
  const isHeld = all.some((c) => c.name === chosen && c.held);
  return <>
    {all.length > 1 && <><label for="visit-channel">{t("channel")}</label>
      <select id="visit-channel" value={chosen}
        onChange={(e) => v.change({ channel: e.currentTarget.value })}>
        {all.map((c) => <option value={c.name}>{c.name}</option>)}</select></>}
    {isHeld && <p class="problem">{t("channel_held", { channel: chosen })}</p>}
    {v.channels.value && all.length === 0 && <p class="problem">{t("visit_no_channel")}</p>}
  </>;
}

export function Visit() {
  const now = v.visit.value;
  useEffect(() => { void v.readChannels(); }, []);
  return (
    <Frame title={t("action_visit")}>
      <form>
        <p class="hint">{t("visit_hint")}</p>
        <label for="visit-address">{t("visit_number")}</label>
        <input id="visit-address" type="tel" inputMode="tel" autocomplete="off" autofocus
          value={now.address} onInput={(e) => v.change({ address: e.currentTarget.value })} />
        <Channel />
        <label for="visit-text">{t("visit_about")}</label>
        <textarea id="visit-text" rows={3} dir="auto" value={now.text} maxLength={4000}
          onInput={(e) => v.change({ text: e.currentTarget.value })} />
        <p class="hint">{t("visit_about_hint")}</p>
        <p class="problem" role="alert">{v.problem.value}</p>
        <Buttons yes={t("visit_open")} isOff={!v.isReady(now) || v.isBusy.value}
          onYes={() => void v.openVisit()} />
      </form>
    </Frame>
  );
}
