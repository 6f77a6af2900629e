// SPDX-License-Identifier: Apache-2.0
//
// Ten phrases in the resident's language, each a button named in the officer's own. Shown
// where the two differ; which language it is, when the gateway does not speak it, is triage's
// guess until the officer chooses.
import { useState } from "preact/hooks";
import * as desk from "../desk";
import * as s from "../store";
import type { Message, Row } from "../types";
import { language, languageText, t } from "../words";

// The language of the newest message that triage could not read, as far as it has phrases.
export function guessOf(messages: Message[], tags: string[]): string {
  for (const message of [...messages].reverse()) {
    if (message.direction !== "inbound" || !Array.isArray(message.reasons)) continue;
    for (const reason of message.reasons as { code?: string; word?: string }[]) {
      const isTag = reason?.code === "language" || reason?.code === "short";
      if (isTag && reason.word && tags.includes(reason.word)) return reason.word;
    }
  }
  return "";
}

export function Phrases({ row }: { row: Row }) {
  const all = s.country.value?.phrases ?? {};
  const [chosen, setChosen] = useState("");
  const isForeign = !(row.language in all);
  if (!isForeign && row.language === language.value) return null;
  const tags = Object.keys(all);
  const guess = isForeign ? guessOf(s.page.value?.messages ?? [], tags) : row.language;
  const tag = chosen || guess;
  const own = (all[language.value] ?? all.en)?.list ?? [];
  const list = all[tag]?.list ?? [];
  return (
    <div class="phrases" role="group" aria-label={t("phrases")}>
      {isForeign && <select aria-label={t("phrases_language")} value={tag}
        onChange={(e) => setChosen(e.currentTarget.value)}>
        <option value="">{t("phrases_language")}</option>
        {tags.map((one) => <option value={one}>{languageText(one)}</option>)}</select>}
      {all[tag]?.draft && <span class="hint">{t("phrases_draft")}</span>}
      {list.map((one) => <button type="button" key={one.id} title={one.text}
        onClick={() => void desk.sendWords(row.ref, one.text, "reply").catch(() =>
          s.say(t("not_kept"), true))}>
        {own.find((word) => word.id === one.id)?.text ?? one.text}
      </button>)}
    </div>
  );
}
