// SPDX-License-Identifier: Apache-2.0
//
// The queue's list: 10,000 rows, a few dozen nodes. Imperative on purpose: nodes are
// pooled and only what changed is written, so that a scroll costs no frame. Text goes in
// by textContent alone. A click on a row that moved under the pointer just now opens nothing
// (steady.ts).
import { iconPath } from "./screens/icons";
import { isTooSoon } from "./steady";

export interface ListRow {
  key: string;
  version: string; // anything that changes what the row shows, but for the clock
  tone: string; // emergency, consultation, ... : class of the bar
  icon: string;
  kind: string; // 緊急, 相談
  who: string;
  tags: string[];
  preview: string;
  mark: string; // claimed by
  isUnseen: boolean;
  isRinging: boolean;
  isPinned: boolean;
  clockFromMs: number;
  label: string; // further words for screen readers
}
export type Item = { head: string; count: number; tone: string } | ListRow;

const ROW = 72, HEAD = 30, AHEAD = 6;
const isHead = (item: Item): item is { head: string; count: number; tone: string } =>
  "head" in item;

interface Node {
  root: HTMLElement; kind: HTMLElement; icon: SVGPathElement; who: HTMLElement;
  tags: HTMLElement; preview: HTMLElement; clock: HTMLElement; mark: HTMLElement;
  more: HTMLElement;
  at: number; shown: string; movedMs: number;
}

function el(tag: string, name: string, parent: HTMLElement): HTMLElement {
  const node = document.createElement(tag);
  node.className = name;
  parent.append(node);
  return node;
}

// Whether another row stood where this one stands now; a few pixels are nothing.
function wasOther(places: ReadonlyMap<string, number>, key: string, at: number): boolean {
  for (const [other, was] of places)
    if (other !== key && Math.abs(was - at) < ROW - 8) return true;
  return false;
}

export class VirtualList {
  private items: Item[] = [];
  private tops: Float64Array = new Float64Array(1);
  private numbers: number[] = [];
  private rowCount = 0;
  private readonly sizer: HTMLElement;
  private readonly pool: Node[] = [];
  private readonly heads = new Map<number, HTMLElement>();
  private frame = 0;
  private selected: string | null = null;
  private readonly observer: ResizeObserver;
  private places = new Map<string, number>(); // row -> its height on the screen
  private up = 0; // of the list on the screen
  private isRearranged = false; // by what came in, not by a person's scroll
  private downKey = ""; // the row under the pointer when it went down

  constructor(private readonly box: HTMLElement, private readonly clockText:
    (fromMs: number) => string, private readonly onChoose: (key: string) => void,
    private readonly onMoved: () => void) {
    this.sizer = el("div", "list-sizer", box);
    box.addEventListener("scroll", () => this.later(), { passive: true });
    this.sizer.addEventListener("pointerdown", (event) => {
      this.downKey = this.nodeOf(event)?.root.dataset["key"] ?? "";
    });
    this.sizer.addEventListener("click", (event) => this.click(event));
    // Something above the list came or went: its rows stand elsewhere on the screen.
    this.observer = new ResizeObserver(() => { this.isRearranged = true; this.later(); });
    this.observer.observe(box);
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  private nodeOf(event: Event): Node | undefined {
    const root = (event.target as HTMLElement).closest<HTMLElement>("[data-key]");
    return this.pool.find((node) => node.root === root);
  }

  private click(event: MouseEvent): void {
    const node = this.nodeOf(event), key = node?.root.dataset["key"];
    if (!node || !key) return;
    const isOther = event.detail > 0 && this.downKey !== key;
    if (!isOther && !isTooSoon(event.timeStamp, node.movedMs)) { this.onChoose(key); return; }
    node.root.classList.remove("moved");
    void node.root.offsetWidth; // the animation begins anew
    node.root.classList.add("moved");
    this.onMoved();
  }

  show(items: Item[], selected: string | null): void {
    this.isRearranged = true;
    this.items = items;
    this.tops = new Float64Array(items.length + 1);
    this.numbers = new Array<number>(items.length);
    this.rowCount = 0;
    let top = 0;
    items.forEach((item, i) => {
      this.tops[i] = top;
      top += isHead(item) ? HEAD : ROW;
      this.numbers[i] = isHead(item) ? 0 : ++this.rowCount;
    });
    this.tops[items.length] = top;
    this.sizer.style.height = `${top}px`;
    const isMoved = selected !== this.selected;
    this.selected = selected;
    if (isMoved && selected) this.reveal(selected);
    this.later();
  }

  // Brings a row into view below its pinned heading.
  reveal(key: string): void {
    const at = this.items.findIndex((item) => !isHead(item) && item.key === key);
    if (at < 0) return;
    const top = this.tops[at] ?? 0, height = this.box.clientHeight;
    if (top < this.box.scrollTop + HEAD) this.box.scrollTop = Math.max(0, top - HEAD);
    else if (top + ROW > this.box.scrollTop + height) this.box.scrollTop = top + ROW - height;
  }

  tick(): void {
    for (const node of this.pool) {
      const item = this.items[node.at];
      if (node.root.hidden || !item || isHead(item)) continue;
      const text = this.clockText(item.clockFromMs);
      if (node.clock.textContent !== text) node.clock.textContent = text;
    }
  }

  private later(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.paint());
  }

  private firstAt(y: number): number {
    let low = 0, high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tops[middle + 1] ?? 0) <= y) low = middle + 1; else high = middle;
    }
    return low;
  }

  private makeNode(): Node {
    const root = el("div", "row", this.sizer);
    root.setAttribute("role", "option");
    el("span", "row-bar", root);
    const kind = el("span", "row-kind", root);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon row-icon");
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.append(icon);
    root.append(svg);
    const more = el("span", "sr", root);
    const node: Node = { root, kind, icon, more, who: el("span", "row-who", root),
      tags: el("span", "row-tags", root), preview: el("span", "row-preview", root),
      clock: el("span", "row-clock", root), mark: el("span", "row-mark", root),
      at: -1, shown: "", movedMs: -Infinity };
    node.clock.setAttribute("aria-hidden", "true"); // it changes each second
    this.pool.push(node);
    return node;
  }

  private fill(node: Node, at: number, item: ListRow): void {
    const { root } = node;
    node.at = at;
    root.hidden = false;
    root.style.transform = `translateY(${this.tops[at]}px)`;
    root.setAttribute("aria-posinset", String(this.numbers[at]));
    root.setAttribute("aria-setsize", String(this.rowCount));
    root.setAttribute("aria-selected", String(item.key === this.selected));
    node.clock.textContent = this.clockText(item.clockFromMs);
    const shown = `${item.key} ${item.version}`;
    if (node.shown === shown) return;
    node.shown = shown;
    root.id = `row-${item.key}`;
    root.dataset["key"] = item.key;
    root.className = `row tone-${item.tone}${item.isUnseen ? " unseen" : ""}` +
      (item.isRinging ? " ringing" : "");
    node.more.textContent = item.label;
    node.icon.setAttribute("d", iconPath(item.icon));
    node.kind.textContent = item.kind;
    node.who.textContent = item.who;
    node.preview.textContent = item.preview;
    node.mark.textContent = item.mark;
    node.tags.replaceChildren(...item.tags.map((words) => {
      const tag = document.createElement("span");
      tag.className = "tag";
      tag.textContent = words;
      return tag;
    }));
  }

  private paint(): void {
    this.frame = 0;
    const top = this.box.scrollTop, bottom = top + this.box.clientHeight;
    const from = Math.max(0, this.firstAt(top) - AHEAD);
    const to = Math.min(this.items.length, this.firstAt(bottom) + AHEAD + 1);
    let used = 0;
    const heads = new Set<number>();
    // A node keeps its row while it is in view: less is written during a scroll.
    const free: Node[] = [], held = new Map<string, Node>();
    for (const node of this.pool) {
      const key = node.root.dataset["key"] ?? "";
      if (key && !held.has(key)) held.set(key, node); else free.push(node);
    }
    const seen = this.places;
    if (this.isRearranged) this.up = this.box.getBoundingClientRect().top;
    const isRearranged = this.isRearranged, now = performance.now();
    this.isRearranged = false;
    this.places = new Map();
    const inView = new Set<string>();
    for (let i = from; i < to; i++) {
      const item = this.items[i];
      if (item && !isHead(item)) inView.add(item.key);
    }
    for (const [key, node] of held) if (!inView.has(key)) free.push(node);
    for (let i = from; i < to; i++) {
      const item = this.items[i];
      if (!item) continue;
      if (isHead(item)) { this.paintHead(i, item); heads.add(i); continue; }
      const node = held.get(item.key) ?? free.pop() ?? this.makeNode();
      const isSame = node.root.dataset["key"] === item.key;
      this.fill(node, i, item);
      const at = this.up + (this.tops[i] ?? 0) - top;
      this.places.set(item.key, at);
      if (!isSame) node.movedMs = -Infinity;
      if (isRearranged && wasOther(seen, item.key, at)) node.movedMs = now;
      used++;
    }
    for (const node of free) { node.root.hidden = true; node.shown = ""; delete
      node.root.dataset["key"]; node.root.removeAttribute("id"); }
    for (const [at, head] of this.heads) if (!heads.has(at)) { head.remove();
      this.heads.delete(at); }
    const active = this.selected && inView.has(this.selected) && used > 0;
    if (active) this.box.setAttribute("aria-activedescendant", `row-${this.selected}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  private paintHead(at: number, item: { head: string; count: number; tone: string }): void {
    let head = this.heads.get(at);
    if (!head) this.heads.set(at, head = el("div", "list-head", this.sizer));
    head.className = `list-head tone-${item.tone}`;
    head.textContent = `${item.head}  ${item.count}`;
    head.style.transform = `translateY(${this.tops[at]}px)`;
  }
}
