// SPDX-License-Identifier: Apache-2.0
//
// A button made from the action registry: its words, its key, whether it may be pressed.
import { act, action } from "../actions";
import { t } from "../words";
import { Icon } from "./icons";
import { keyText } from "./keyText";

export function ActionButton({ id, icon, className = "", words = true, isCurrent = false,
  count = 0 }: { id: string; icon?: string; className?: string; words?: boolean;
  isCurrent?: boolean; count?: number }) {
  const a = action(id);
  const key = a.keys[0];
  return (
    <button class={className} disabled={!a.when()} onClick={() => act(id)}
      title={key ? `${t(a.label)} (${key})` : t(a.label)}
      aria-current={isCurrent ? "page" : undefined}
      aria-label={words ? undefined : count ? t("waiting_count", { what: t(a.label), n: count })
        : t(a.label)} aria-keyshortcuts={ariaKey(key)}>
      {icon && <Icon name={icon} />}
      {count > 0 && <span class="badge" aria-hidden={words ? undefined : "true"}>{count}</span>}
      {words ? <span>{t(a.label)}</span>
        : <span class="rail-words" aria-hidden="true">{t(a.label)}</span>}
      {words && key && <kbd aria-hidden="true">{keyText(key)}</kbd>}
    </button>
  );
}

function ariaKey(key: string | undefined): string | undefined {
  return key?.replace("Ctrl", "Control").split(" ")[0];
}
