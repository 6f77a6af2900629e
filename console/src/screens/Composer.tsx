// SPDX-License-Identifier: Apache-2.0
//
// Where an officer writes: a reply to the resident or an internal note, which differ by
// shape, icon and word. Words are kept while they are typed; Enter sends only where the
// officer chose that, and never the Enter that confirms kanji.
import { useEffect, useRef, useState } from "preact/hooks";
import { chooseCanned, fillVariables, hasOpenVariable, slashWord } from "../canned";
import type { CannedChoice } from "../canned";
import { categoryOf } from "../codes";
import * as desk from "../desk";
import { keepDraft, readDraft } from "../drafts";
import { prefs } from "../prefs";
import { countSegments, makeGsmSafe } from "../segments";
import * as s from "../store";
import type { Row } from "../types";
import { languageText, t } from "../words";
import { Icon } from "./icons";
import { Phrases } from "./Phrases";

function numberOf(row: Row): string | undefined {
  const pack = s.country.value;
  if (!pack) return undefined;
  const list = pack.number_by_category[categoryOf(row)] ?? Object.values(pack.numbers);
  return list.length ? list.join(" / ") : undefined;
}

function valuesOf(row: Row): Record<string, string> {
  const number = numberOf(row);
  return {
    koban: s.kobanName(row.koban), officer: s.boot.value?.me.name ?? "",
    case: String(row.number), ...(number ? { number } : {}),
    ...(s.country.value ? { consultation: s.country.value.consultation_number } : {}),
  };
}

function Counter({ text, onSafe }: { text: string; onSafe: () => void }) {
  const c = countSegments(text);
  const used = c.parts > 1 ? c.units : c.limit - c.room;
  const safe = makeGsmSafe(text);
  const canBeSafe = c.encoding === "UCS-2" && safe !== text
    && countSegments(safe).encoding === "GSM-7";
  return (
    <span class={c.parts > 1 ? "counter many" : "counter"} id="counter">
      {c.encoding} · {used}/{c.limit} · {t("parts", { n: c.parts })}
      {canBeSafe && <button class="quiet" onClick={onSafe}>
        {t("make_safe", { char: c.forcing })}</button>}
    </span>
  );
}

const SHOWN = 7;

// No list to scroll: seven at a time, the chosen one among them.
function CannedList({ choices, at, onChoose }: { choices: CannedChoice[]; at: number;
  onChoose: (choice: CannedChoice) => void }) {
  const from = Math.max(0, Math.min(at - 3, choices.length - SHOWN));
  return (
    <ul class="canned" role="listbox" id="canned" aria-label={t("canned")}>
      {choices.map((c, i) => i < from || i >= from + SHOWN ? null : <li role="option"
        id={`canned-${i}`} key={i} aria-setsize={choices.length} aria-posinset={i + 1}
        aria-selected={i === at}
        onPointerDown={(e) => { e.preventDefault(); onChoose(c); }}>
        <strong>/{c.shortcut}</strong> <span class="tag">{c.language}</span>
        <span lang={c.language}>{c.body}</span></li>)}
    </ul>
  );
}

export function Composer({ row }: { row: Row }) {
  const me = s.boot.value?.me;
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [isClosed, setClosed] = useState(false); // the list, by Escape
  const mode = s.composerMode.value;
  const isTouched = useRef(false);
  const slash = isClosed || mode === "note" ? null : slashWord(text, caret);
  const choices = slash ? chooseCanned(s.boot.value?.canned ?? [], slash.word,
    row.language, s.boot.value?.force.language ?? "ja") : [];

  // What was left unsent: this browser's, else another machine's.
  useEffect(() => {
    let isGone = false;
    const server = s.page.peek()?.draft ?? "", before = s.composerMode.peek();
    void readDraft(me?.id ?? "", row.ref).then((draft) => {
      if (isGone || isTouched.current) return;
      setText(draft?.text ?? server);
      if (draft && s.composerMode.peek() === before) s.composerMode.value = draft.mode;
    });
    const stop = desk.onReturned((entry) => {
      if (entry.ref !== row.ref) return false;
      s.composerMode.value = entry.command === "note" ? "note" : "reply";
      // What was begun meanwhile stays, below.
      const begun = input.current?.value ?? "";
      change([entry.body.text ?? "", begun].filter(Boolean).join("\n"));
      input.current?.focus();
      return true;
    });
    return () => { isGone = true; stop(); };
  }, []);

  function keep(words: string, as = s.composerMode.peek()) {
    keepDraft(me?.id ?? "", row.ref, { text: words, mode: as, atMs: Date.now() });
  }
  function change(words: string) {
    isTouched.current = true;
    setText(words);
    setAt(0);
    setClosed(false);
    keep(words);
  }
  function choose(choice: CannedChoice) {
    if (!slash) return;
    const filled = fillVariables(choice.body, valuesOf(row));
    const words = text.slice(0, slash.at) + filled + text.slice(caret);
    change(words);
    setCaret(slash.at + filled.length);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(slash.at + filled.length, slash.at + filled.length);
    });
  }
  function switchTo(next: "reply" | "note") {
    s.composerMode.value = next;
    keep(text, next);
    input.current?.focus();
  }
  async function send() {
    const words = input.current?.value ?? text;
    // As it is now, not as it was last painted: Ctrl+/ and Ctrl+Enter may come in one frame,
    // and a note must never go to the resident.
    const as = s.composerMode.peek();
    if (words.trim() === "") return;
    if (as === "reply" && hasOpenVariable(words)) { s.say(t("open_variable"), true); return; }
    setText("");
    if (input.current) input.current.value = ""; // pressed twice, sent once
    isTouched.current = true;
    try { await desk.sendWords(row.ref, words, as); } catch {
      change(words);
      s.say(t("not_kept"), true);
    }
  }
  useEffect(() => {
    const bySend = () => void send();
    document.addEventListener("koban-send", bySend);
    return () => document.removeEventListener("koban-send", bySend);
  });

  function onKey(event: KeyboardEvent) {
    if (event.isComposing || event.keyCode === 229) return;
    if (choices.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) setAt((at + step + choices.length) % choices.length);
      else if (event.key === "Enter" && !event.ctrlKey) choose(choices[at] ?? choices[0]!);
      else if (event.key === "Escape") setClosed(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && isPlain && prefs.value.isEnterSending) {
      event.preventDefault();
      void send();
    }
  }

  if (row.state === "closed" || s.isReader()) {
    return <p class="composer-none">{row.state === "closed" ? t("thread_closed")
      : t("reader_only")}</p>;
  }
  const isNote = mode === "note";
  return (
    <form class={isNote ? "composer is-note" : "composer"}
      onSubmit={(e) => { e.preventDefault(); void send(); }}>
      <div class="composer-mode" role="group" aria-label={t("composer_mode")}>
        <button type="button" aria-pressed={!isNote} onClick={() => switchTo("reply")}>
          {t("reply")}</button>
        <button type="button" aria-pressed={isNote} onClick={() => switchTo("note")}>
          <Icon name="note" size={15} /> {t("note")}</button>
        <span class="hint">{isNote ? t("note_hint") : t("reply_hint", { language:
          languageText(row.language) })}</span>
      </div>
      {!isNote && <Phrases row={row} />}
      {choices.length > 0 && <CannedList choices={choices} at={at} onChoose={choose} />}
      <label class="sr" for="composer">{isNote ? t("note") : t("reply_to_resident")}</label>
      <textarea id="composer" ref={input} rows={3} value={text} dir="auto"
        aria-describedby="counter" aria-controls={choices.length ? "canned" : undefined}
        aria-activedescendant={choices.length ? `canned-${at}` : undefined}
        placeholder={isNote ? t("note_placeholder") : t("reply_placeholder")}
        onInput={(e) => { change(e.currentTarget.value);
          setCaret(e.currentTarget.selectionStart); }}
        onKeyDown={onKey}
        onSelect={(e) => setCaret(e.currentTarget.selectionStart)} />
      <div class="composer-foot">
        {isNote ? <span class="counter" id="counter">{t("note_stays")}</span>
          : <Counter text={text} onSafe={() => change(makeGsmSafe(text))} />}
        <button class="primary" type="submit" disabled={text.trim() === ""}
          aria-keyshortcuts="Control+Enter">
          <Icon name={isNote ? "note" : "send"} size={17} />
          {isNote ? t("save_note") : t("send")}
          <kbd aria-hidden="true">Ctrl+Enter</kbd></button>
      </div>
    </form>
  );
}
