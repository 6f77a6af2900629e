// SPDX-License-Identifier: Apache-2.0
//
// What the screens of an alert share: its chips, whom it would reach, how far it is.
import { doneOf, isMine, rateOf, topicName, totalOf } from "../alerts";
import * as s from "../store";
import type { Alert, AlertPreview, AlertProgress } from "../types";
import { ageText, dayText, language, languageText, t, tCode, timeText } from "../words";

export function whenText(ms: number, area: number): string {
  const zone = s.zoneOf(area);
  return `${dayText(ms, zone)} ${timeText(ms, zone)}`;
}

export const numberText = (n: number) => n.toLocaleString(language.value);

export function Severity({ alert }: { alert: { severity: Alert["severity"] } }) {
  return <span class={`severity severity-${alert.severity}`}>
    <span aria-hidden="true">{{ information: "i", warning: "!", danger: "!!" }[alert.severity]}
    </span> {tCode("severity", alert.severity)}</span>;
}

export function titleOf(alert: Alert): string {
  const kind = alert.kind === "alert" ? "" : `${tCode("alertkind", alert.kind)} · `;
  return `№${alert.number} ${kind}${topicName(alert.topic, language.value)}`;
}

export function Bar({ alert }: { alert: Alert }) {
  const total = totalOf(alert), done = doneOf(alert);
  return <progress max={Math.max(1, total)} value={done}
    aria-label={t("alert_progress", { done: numberText(done), total: numberText(total) })} />;
}

export function seconds(n: number): string {
  return ageText(Math.max(0, Math.ceil(n)) * 1000);
}

function costs(what: AlertPreview): string {
  const sums = new Map<string, number>();
  for (const row of what.audience)
    if (row.cost > 0) sums.set(row.currency, (sums.get(row.currency) ?? 0) + row.cost);
  return [...sums].map(([currency, n]) => `${currency} ${n.toLocaleString(language.value,
    { maximumFractionDigits: 2 })}`).join(" + ") || t("alert_free");
}

export function Audience({ what }: { what: AlertPreview }) {
  return (
    <div class="audience">
      <dl class="figures">
        <div><dt>{t("alert_people")}</dt>
          <dd id="alert-people">{numberText(what.recipients)}</dd></div>
        <div><dt>{t("alert_parts")}</dt><dd>{numberText(what.parts)}</dd></div>
        <div><dt>{t("alert_cost")}</dt><dd>{costs(what)}</dd></div>
        <div><dt>{t("alert_duration")}</dt><dd>{seconds(what.seconds)}</dd></div>
      </dl>
      {what.held_by_quiet_hours > 0 && <p class="alert-quiet">
        {t("alert_quiet", { n: numberText(what.held_by_quiet_hours) })}</p>}
      {what.audience.length > 0 && <table>
        <thead><tr><th scope="col">{t("alert_channel")}</th><th scope="col">{t("language")}</th>
          <th scope="col">{t("alert_people")}</th><th scope="col">{t("alert_each")}</th>
          <th scope="col">{t("alert_cost")}</th></tr></thead>
        <tbody>{what.audience.map((row) => <tr>
          <th scope="row">{row.channel}</th>
          <td>{languageText(row.language)}{row.quiet ? ` · ${t("alert_later")}` : ""}</td>
          <td>{numberText(row.count)}</td><td>{row.parts}</td>
          <td>{row.cost > 0 ? `${row.currency} ${numberText(row.cost)}` : "—"}</td>
        </tr>)}</tbody></table>}
    </div>
  );
}

const states: AlertProgress["state"][] = ["queued", "sending", "sent", "delivered", "read",
  "failed", "unknown", "expired"];

export function Progress({ alert }: { alert: Alert }) {
  const channels = [...new Set(alert.progress.map((p) => p.channel))];
  const used = states.filter((state) => alert.progress.some((p) => p.state === state));
  const done = doneOf(alert), total = totalOf(alert), rate = rateOf(alert);
  const count = (channel: string, state: string) => alert.progress
    .find((p) => p.channel === channel && p.state === state)?.count ?? 0;
  return (
    <section aria-labelledby="alert-progress">
      <h3 id="alert-progress">{t("alert_how_far")}</h3>
      <Bar alert={alert} />
      <p class="alert-rate"><strong>{t("alert_progress", { done: numberText(done),
        total: numberText(total) })}</strong>
        {alert.state === "sending" && <> · {rate ? t("alert_rate", {
          rate: rate.rate.toLocaleString(language.value, { maximumFractionDigits: 1 }),
          time: seconds(rate.seconds) }) : t("alert_rate_none")}</>}</p>
      {channels.length > 0 && <div class="audience"><table>
        <thead><tr><th scope="col">{t("alert_channel")}</th>{used.map((state) =>
          <th scope="col">{tCode("tick", state)}</th>)}</tr></thead>
        <tbody>{channels.map((channel) => <tr><th scope="row">{channel}</th>
          {used.map((state) => <td>{numberText(count(channel, state))}</td>)}</tr>)}</tbody>
      </table></div>}
    </section>
  );
}

export function Texts({ texts, children }: { texts: Record<string, string>;
  children?: (tag: string) => preact.ComponentChildren }) {
  const site = s.country.value?.languages ?? [];
  const tags = [...site, ...Object.keys(texts).filter((tag) => !site.includes(tag))];
  return <div class="texts">{tags.map((tag) => <section key={tag}>
    <h3>{languageText(tag)}</h3>
    {texts[tag] ? <blockquote lang={tag} dir="auto">{texts[tag]}</blockquote>
      : <p class="hint">{t("alert_text_missing")}</p>}
    {texts[tag] && children?.(tag)}
  </section>)}</div>;
}

export function stateText(alert: Alert): string {
  return alert.state === "awaiting" && isMine(alert) ? t("alertstate_awaiting_other")
    : tCode("alertstate", alert.state);
}
