// SPDX-License-Identifier: Apache-2.0
//
// The card beside a thread: what the machine judged and why, the resident's channel and
// manner, who may see the thread, and what can be done with it.
import { categoryOf } from "../codes";
import * as desk from "../desk";
import * as s from "../store";
import type { Message, Row, ThreadPage } from "../types";
import { languageText, secondsText, t, tCode } from "../words";
import { ActionButton } from "./ActionButton";

// A reason of triage for a person: the words that were seen, and what they were taken for.
export function reasonText(reason: unknown): string {
  if (typeof reason === "string") return reason;
  const { code = "", word = "" } = (reason ?? {}) as { code?: string; word?: string };
  const [group, name] = code.includes(":") ? code.split(":") : ["reason", code];
  const meaning = tCode(group ?? "reason", name ?? "");
  // These come with a language's tag, not with words that were seen.
  if (name === "short" || name === "language")
    return word && word !== "und" ? `${meaning}: ${languageText(word)}` : meaning;
  if (name?.startsWith("model") && word) return `${meaning} ${Math.round(Number(word) * 100)} %`;
  return word ? `${t("quoted", { words: word })} ${meaning}${placeText(reason)}` : meaning;
}

// A place of the lists: what it is, and whose.
function placeText(reason: unknown): string {
  const { name = "", kind = "", kobans = [] } =
    (reason ?? {}) as { name?: string; kind?: string; kobans?: number[] };
  if (!name || kind === "koban") return "";
  return ` (${name}, ${tCode("place_kind", kind)}: ${kobans.map(s.kobanName).join(" / ")})`;
}

function isFact(reason: unknown): boolean {
  return String((reason as { code?: string } | null)?.code).startsWith("fact:");
}

// What residents' messages were judged by, or the facts they tell.
function reasonsOf(messages: Message[], ofFacts: boolean): string[] {
  const all = messages.filter((m) => m.direction === "inbound")
    .flatMap((m) => (Array.isArray(m.reasons) ? m.reasons : []))
    .filter((reason) => isFact(reason) === ofFacts).map(reasonText);
  return [...new Set(all.filter(Boolean))].slice(-8);
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return <div class="fact"><dt>{name}</dt><dd>{children}</dd></div>;
}

export function Card({ row, page }: { row: Row; page: ThreadPage }) {
  const reasons = reasonsOf(page.messages, false), facts = reasonsOf(page.messages, true);
  const zone = s.zoneOf(row.area);
  const at = row.latitude !== null && row.longitude !== null
    ? `${row.latitude.toFixed(5)}, ${row.longitude.toFixed(5)}` : "";
  return (
    <aside class="card" id="card" aria-label={t("card")} tabIndex={0}>
      <div class="card-actions">
        <ActionButton id={row.claimed_by?.id === s.boot.value?.me.id ? "release" : "claim"} />
        <ActionButton id="transfer" />
        <ActionButton id="wait" />
        <ActionButton id="manner" />
        {row.intent !== "emergency" && <ActionButton id="escalate" />}
        <ActionButton id="close" className="strong" />
      </div>
      <h3>{t("card_case")}</h3>
      <dl>
        <Fact name={t("urgency")}>{tCode("intent", row.intent)}{" "}
          {row.urgency > 0 ? `· ${t(`urgency_${Math.min(3, row.urgency)}` as "urgency_1")}`
            : ""}</Fact>
        <Fact name={t("category")}>{tCode("category", categoryOf(row))}</Fact>
        <Fact name={t("koban")}>{s.kobanName(row.koban)}{" "}
          <em>{row.place_confirmed ? t("place_confirmed") : t("place_not_confirmed")}</em>
        </Fact>
        {at && <Fact name={t("position")}>{at} <em>{t("not_exact")}</em></Fact>}
        <Fact name={t("opened_at")}>{secondsText(row.opened_ms, zone)}</Fact>
        {row.status !== "none" && <Fact name={t("status")}>{tCode("status", row.status)}
        </Fact>}
      </dl>
      <h3>{t("resident")}</h3>
      <dl>
        <Fact name={t("address")}>{row.who} · {tCode("adapter", row.adapter)}{" "}
          <span class="hint">{row.channel}</span></Fact>
        <Fact name={t("language")}>{languageText(row.language)}</Fact>
        <Fact name={t("manner")}>{tCode("manner", row.manner)}</Fact>
        {row.previous && <Fact name={t("previous")}>
          <details><summary>{t("previous_show")}</summary>
            <p class="hint">{t("phone_may_be_shared")}</p>
            <button onClick={() => void desk.openThread(row.previous ?? "")}>
              {t("previous_open")}</button></details></Fact>}
      </dl>
      {facts.length > 0 && <>
        <h3>{t("facts")}</h3>
        <p class="hint">{t("facts_not_confirmed")}</p>
        <ul class="reasons" id="facts">{facts.map((f) => <li>{f}</li>)}</ul></>}
      {reasons.length > 0 && <>
        <h3>{t("reasons")}</h3>
        <ul class="reasons">{reasons.map((r) => <li>{r}</li>)}</ul></>}
      {page.access.length > 0 && <>
        <h3>{t("access")}</h3>
        <ul class="reasons">{page.access.map((a) => <li>{a.koban === 0
          ? t("all_kobans") : s.kobanName(a.koban)}{" "}
          <span class="hint">{tCode("access", a.reason)}</span></li>)}</ul></>}
      <p class="hint">{t("reading_is_audited")}</p>
    </aside>
  );
}
