// SPDX-License-Identifier: Apache-2.0
//
// What each section draws (sections.ts says which there are). The queue is always at hand;
// another section is a chunk of its own, read when it is first gone to.
import type { ComponentChildren, ComponentType } from "preact";
import { signal } from "@preact/signals";
import { section } from "../store";
import type { SectionId } from "../store";
import { t } from "../words";
import { Queue } from "./Queue";
import { ThreadView } from "./Thread";

function QueueSection() {
  return <div class="panes"><Queue /><ThreadView /></div>;
}

const views: Record<SectionId, ComponentType> = {
  queue: QueueSection,
  alerts: lazy(() => import("./Alerts")),
  admin: lazy(() => import("./Admin")),
};

// `lazy(() => import("./Map"))`: the module's default export once it is there, until then
// a word; with the link down a way to try again.
export function lazy(load: () => Promise<{ default: ComponentType }>, 
  room: ComponentType = Room): ComponentType {
  const view = signal<ComponentType | null>(null), isFailed = signal(false);
  let isAsked = false;
  function ask() {
    isAsked = true;
    isFailed.value = false;
    load().then((module) => { view.value = module.default; },
      () => { isFailed.value = true; });
  }
  return function Lazy() {
    const View = view.value;
    if (View) return <View />;
    if (!isAsked) ask();
    const Waiting = room;
    return (
      <Waiting>
        <p role="status">{isFailed.value ? t("no_link") : t("loading")}</p>
        {isFailed.value && <button onClick={ask}>{t("try_again")}</button>}
      </Waiting>
    );
  };
}

function Room({ children }: { children?: ComponentChildren }) {
  return <div class="panes nothing">{children}</div>;
}

export function SectionView() {
  const View = views[section.value];
  return <View />;
}
