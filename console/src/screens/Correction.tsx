// SPDX-License-Identifier: Apache-2.0
//
// What triage made of the message that decided, and one tap to say that it was something
// else; what colleagues said, and a supervisor's word on it.
import { act } from "../actions";
import { canCorrect } from "../correctionActions";
import { correctIntents, deciding, myCorrection, saidOf, waitingCorrection } from "../corrections";
import type { Correction, ThreadPage } from "../types";
import { t, tCode } from "../words";
import type { Key } from "../words";
import { ActionButton } from "./ActionButton";

const QUOTED = 24; // characters

function Said({ correction }: { correction: Correction }) {
  return (
    <span class={`correction-said correction-${correction.state}`}>
      {t("correction_by", { name: correction.officer.name,
        intent: tCode("intent", correction.intent) })}{" "}
      <em>{t(`correction_${correction.state}` as Key)}</em></span>
  );
}

export function CorrectionLine({ page }: { page: ThreadPage }) {
  const message = deciding(page.messages);
  if (!message || !canCorrect()) return null;
  const said = saidOf(message) ?? page.thread.intent, mine = myCorrection(page, message);
  const points = [...message.body.replace(/\s+/g, " ")];
  const words = points.slice(0, QUOTED).join("") + (points.length > QUOTED ? "…" : "");
  return (
    <div class="correction" role="group" aria-label={t("correction")}>
      <span class="correction-of">{t("triage_said", { intent: tCode("intent", said) })}{" "}
        <q dir="auto">{words}</q></span>
      <span class="correction-taps">{t("wrong")}{" "}
        {correctIntents.filter((intent) => intent !== said).map((intent) =>
          <button key={intent} aria-pressed={mine?.intent === intent}
            title={t(`action_correct_${intent}` as Key)} onClick={() => act(`correct_${intent}`)}>
            {tCode("intent", intent)}</button>)}</span>
      {page.corrections.map((one) =>
        <Said key={`${one.message}-${one.officer.id}`} correction={one} />)}
      {waitingCorrection(page) && <>
        <ActionButton id="correct_agree" /><ActionButton id="correct_refuse" /></>}
    </div>
  );
}
