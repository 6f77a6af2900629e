// SPDX-License-Identifier: Apache-2.0
//
// The queue's column: search or filter, and the list (list.ts) as an island.
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../actions";
import * as desk from "../desk";
import { VirtualList } from "../list";
import { items, queueCount } from "../queue";
import * as s from "../store";
import { ageText, t, timeText } from "../words";
import { ActionButton } from "./ActionButton";
import { Icon } from "./icons";

function Search() {
  const timer = useRef(0);
  const isSearching = s.isSearching.value;
  const [words, setWords] = useState("");
  function typed(words: string) {
    if (!isSearching) { s.filter.value = words; return; }
    setWords(words);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void desk.search(words), 350);
  }
  function leave() {
    s.isSearching.value = false;
    s.searchRows.value = null;
  }
  return (
    <div class="queue-find">
      <label class="sr" for="search">{t(isSearching ? "search_all" : "filter")}</label>
      <input id="search" type="search" autocomplete="off"
        placeholder={t(isSearching ? "search_all" : "filter")}
        value={isSearching ? words : s.filter.value}
        onInput={(e) => typed(e.currentTarget.value)} />
      {isSearching
        ? <button class="quiet" onClick={leave}>{t("back_to_queue")}</button>
        : <button class="quiet" onClick={() => act("search")} title={t("search_all")}
            aria-label={t("search_all")}><Icon name="search" /></button>}
      <ActionButton id="visit" icon="visit" className="quiet" words={false} />
    </div>
  );
}

function Empty() {
  const boot = s.boot.value;
  if (!boot) return null;
  const state = s.link.value.state === "live" ? t("empty_live") : t("link_not_live");
  return (
    <div class="empty">
      <p>{s.isSearching.value ? t("search_none") : t("empty_queue",
        { koban: s.kobanName(boot.duty?.koban ?? boot.me.koban) })}</p>
      <p class="hint">{t("empty_as_of", { time: timeText(s.dataAsOfMs.value,
        s.homeZone.value) })} {state}</p>
    </div>
  );
}

export function Queue() {
  const box = useRef<HTMLDivElement>(null);
  const count = queueCount.value;
  useEffect(() => {
    if (!box.current) return;
    const list = new VirtualList(box.current, (from) => from ? ageText(s.now.peek() - from)
      : "", (key) => void desk.openThread(key),
      () => s.say(t("list_moved")));
    const stop = [
      effect(() => list.show(items.value, s.selected.value)),
      effect(() => { void s.now.value; list.tick(); }),
    ];
    return () => { stop.forEach((f) => f()); list.dispose(); };
  }, []);
  return (
    <section class="queue" aria-label={t("queue")}>
      <Search />
      {count === 0 && <Empty />}
      <div id="queue" ref={box} class="list" role={count ? "listbox" : undefined}
        tabIndex={0} aria-label={count ? t("queue") : undefined}
        hidden={count === 0} />
    </section>
  );
}
