// SPDX-License-Identifier: Apache-2.0
//
// Days and hours of the site's zone as <input type="datetime-local"> writes them, wherever
// the browser stands.

export function toField(ms: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" })
    .formatToParts(ms);
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

// NaN for what is no time. An hour that a clock skips is the hour after it.
export function fromField(text: string, zone: string): number {
  const wanted = Date.parse(`${text}Z`);
  let ms = wanted;
  for (let i = 0; i < 3 && !Number.isNaN(ms); i++) {
    const off = Date.parse(`${toField(ms, zone)}Z`) - wanted;
    if (off === 0) break;
    ms -= off;
  }
  return ms;
}
