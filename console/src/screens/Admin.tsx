// SPDX-License-Identifier: Apache-2.0
//
// The section of the set-up: channels and how they are, the language files and what of them
// no native speaker has checked, the model. Shown, not changed: files and secrets are the
// operator's.
import * as a from "../admin";
import * as s from "../store";
import type { Channel, LanguageFile, Sentence } from "../types";
import { dayText, t, tCode, timeText } from "../words";
import { Icon } from "./icons";

const icons = { works: "good", held: "pause", broken: "emergency" } as const;

function lastText(ms: number | null): string {
  if (ms === null) return t("channel_never");
  const zone = s.homeZone.value;
  return `${dayText(ms, zone)} ${timeText(ms, zone)}`;
}

function ChannelRow({ channel }: { channel: Channel }) {
  const isOff = channel.state !== "works" && channel.reason !== "" &&
    channel.reason !== "administrator";
  return (
    <tr>
      <th scope="row">{channel.name}<span class="hint"> {channel.kind}</span></th>
      <td><span class={`mark mark-${channel.state}`}><Icon name={icons[channel.state]} size={16} />
        {tCode("channel_is", channel.state)}</span>
        {isOff && <span class="hint"> {channel.reason}</span>}
        {channel.quiet && <span class="mark mark-held"><Icon name="clock" size={16} />
          {t("channel_is_quiet")}</span>}</td>
      <td data-name={t("channel_last")}>{lastText(channel.last_inbound_ms)}</td>
      <td data-name={t("channel_this_hour")}>
        {t("channel_hour", { n: channel.hour, usual: channel.usual_hour })}</td>
    </tr>
  );
}

function Channels() {
  const all = a.channels.value;
  if (!all) return null;
  return (
    <section class="box" aria-labelledby="admin-channels">
      <h3 id="admin-channels">{t("channels")}</h3>
      {all.length === 0 ? <p class="hint">{t("channels_none")}</p> : <div class="scroll-x"
        role="group" aria-labelledby="admin-channels" tabIndex={0}><table class="plain">
        <thead><tr><th scope="col">{t("channel")}</th><th scope="col">{t("channel_state")}</th>
          <th scope="col">{t("channel_last")}</th><th scope="col">{t("channel_this_hour")}</th>
        </tr></thead>
        <tbody>{all.map((c) => <ChannelRow key={c.name} channel={c} />)}</tbody>
      </table></div>}
    </section>
  );
}

function Mark({ isDraft }: { isDraft: boolean }) {
  return <span class={`mark mark-${isDraft ? "held" : "works"}`}>
    <Icon name={isDraft ? "note_pen" : "good"} size={16} />
    {t(isDraft ? "language_draft" : "language_checked")}</span>;
}

function Texts({ texts, tag }: { texts: Omit<Sentence, "parts">[]; tag: string }) {
  return <ul class="sentences">{texts.map((one) => <li key={one.id}>
    <span class="sentence-head"><code>{one.id}</code><Mark isDraft={one.draft} /></span>
    <span lang={tag} dir="auto">{one.text}</span></li>)}</ul>;
}

function File({ file }: { file: LanguageFile }) {
  const texts = [...file.sentences, ...file.phrases];
  const drafts = texts.filter((one) => one.draft).length;
  const values = { n: drafts, all: texts.length };
  return (
    <li class="file">
      <h4><span lang={file.tag}>{file.name}</span> <span class="hint">{file.tag}</span></h4>
      <p><Mark isDraft={drafts > 0} /> {drafts === 0 ? t("language_all_checked", values)
        : t("language_drafts", values)}</p>
      <details><summary>{t("language_sentences")}</summary>
        <Texts texts={texts} tag={file.tag} /></details>
    </li>
  );
}

function LanguageFiles() {
  const all = a.languages.value;
  if (!all) return null;
  return <>
    <section class="box" aria-labelledby="admin-languages">
      <h3 id="admin-languages">{t("language_files")}</h3>
      <p class="hint">{t("language_files_hint")}</p>
      <ul class="files">{all.languages.map((one) => <File key={one.tag} file={one} />)}</ul>
    </section>
    <section class="box" aria-labelledby="admin-system">
      <h3 id="admin-system">{t("admin_system")}</h3>
      <dl><div class="fact"><dt>{t("model_version")}</dt>
        <dd>{all.model ? <code>{all.model}</code> : t("model_none")}</dd></div>
      <div class="fact"><dt>{t("country_pack")}</dt>
        <dd>{tCode("country", s.boot.value?.force.country ?? "")}</dd></div></dl>
    </section></>;
}

export default function Admin() {
  return (
    <div class="panes one">
      <section class="alert-pane" id="pane" aria-labelledby="admin-title" tabIndex={0}>
        <div class="alert-one admin">
          <header class="alert-head"><h2 id="admin-title">{t("action_go_admin")}</h2></header>
          {a.isFailed.value && <p class="problem" role="alert">{t("no_link")}{" "}
            <button onClick={() => void a.readAdmin()}>{t("try_again")}</button></p>}
          {!a.channels.value && !a.isFailed.value && <p role="status">{t("loading")}</p>}
          <Channels />
          <LanguageFiles />
        </div>
      </section>
    </div>
  );
}
