// SPDX-License-Identifier: Apache-2.0
//
// The frame of a dialog and its buttons. The browser's own <dialog> keeps the focus inside;
// whoever opened it gets it back.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as s from "../store";
import { t } from "../words";

export function Frame({ title, children, wide = false }: { title: string;
  children: ComponentChildren; wide?: boolean }) {
  const node = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = node.current, opener = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    // Closed first: while it is modal, nothing outside it takes the focus.
    return () => { dialog?.close(); opener?.focus?.(); };
  }, []);
  const close = () => { s.dialog.value = null; };
  return (
    <dialog ref={node} class={wide ? "wide-dialog" : ""} aria-labelledby="dialog-title"
      onCancel={(e) => { e.preventDefault(); close(); }}
      onClick={(e) => { if (e.target === node.current) close(); }}>
      <div class="dialog-body">
        <h2 id="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export function Buttons({ yes, onYes, isOff = false, children }: { yes: string; onYes: () => void;
  isOff?: boolean; children?: ComponentChildren }) {
  return (
    <div class="dialog-buttons">
      <button type="button" onClick={() => { s.dialog.value = null; }}>{t("cancel")}</button>
      {children}
      <button class="primary" type="submit" disabled={isOff} onClick={(e) => {
        e.preventDefault();
        onYes();
      }}>{yes}</button>
    </div>
  );
}
