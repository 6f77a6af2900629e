// SPDX-License-Identifier: Apache-2.0
//
// Icons, drawn here: 24 x 24, one stroke, the colour of the words beside them. Always
// with words or a label; never alone in meaning.
const paths: Record<string, string> = {
  alert: "M4 10v4h3l7 4V6l-7 4zM17 9.5a4 4 0 0 1 0 5M19 7a8 8 0 0 1 0 10",
  queue: "M4 6h16M4 12h16M4 18h10",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20",
  palette: "M5 8l4 4-4 4M12 17h7",
  help: "M9.2 9a3 3 0 1 1 4.3 2.7c-1 .5-1.5 1-1.5 2.3M12 17.5v.1",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4M4 12h5M13 12h7M11 10v4",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 20.5h4",
  back: "M15 5l-7 7 7 7",
  card: "M4 5h16v14H4zM14 5v14",
  emergency: "M12 3 22 20H2zM12 9v5M12 17v.1",
  consultation: "M4 5h16v11H10l-4 4v-4H4z",
  unclear: "M9.2 9a3 3 0 1 1 4.3 2.7c-1 .5-1.5 1-1.5 2.3M12 17.5v.1",
  other: "M5 12h.1M12 12h.1M19 12h.1",
  command: "M5 8l4 4-4 4M12 17h7",
  note: "M6 11V8a4.5 4.5 0 0 1 9 0v3M5 11h11v8H5z",
  webchat: "M4 5h16v11H10l-4 4v-4H4z",
  line: "M4 5h16v11H10l-4 4v-4H4zM9 8v5h3M14 8v5",
  webhook: "M4 6h16v12H4zM4 7l8 6 8-6",
  pin: "M12 21c4-5 6-8 6-11a6 6 0 1 0-12 0c0 3 2 6 6 11zM12 8v4",
  send: "M4 12 20 4l-5 16-3-7z",
  discreet: "M4 4l16 16M9 5.5a6 6 0 0 1 9 5.5v5l2 2h-4M6 10v6l-2 2h10M10 21h4",
  text_only: "M5 6h14M12 6v13M9 19h6",
  visit: "M9 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3 20c0-9 12-9 12 0M19 8v7M15.5 11.5h7",
  admin: "M4 20V9l8-5 8 5v11M4 20h16M9 20v-6h6v6",
  good: "M5 12.5 10 17.5 19 7",
  pause: "M9 6v12M15 6v12",
  note_pen: "M5 19l1-4L16 5l3 3L9 18z",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4l3 2",
  close: "M6 6l12 12M18 6 6 18",
};

export function Icon({ name, size = 20 }: { name: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none"
      stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
      aria-hidden="true" focusable="false">
      <path d={paths[name] ?? paths["other"] ?? ""} />
    </svg>
  );
}

export function adapterIcon(adapter: string): string {
  return adapter in paths ? adapter : "webhook";
}

export function iconPath(name: string): string {
  return paths[name] ?? paths["other"] ?? "";
}
