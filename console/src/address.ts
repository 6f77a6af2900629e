// SPDX-License-Identifier: Apache-2.0
//
// Where one is, in the address: "#queue/1-2" is a section and something in it; no address is
// the queue. Back and forward of the browser work by it.

export function readAddress(hash: string): { name: string; rest: string } {
  const [, name = "queue", rest = ""] = /^#([a-z]+)(?:\/(.*))?$/.exec(hash) ?? [];
  return { name, rest };
}

export function writeAddress(name: string, rest: string): string {
  if (rest !== "") return `#${name}/${rest}`;
  return name === "queue" ? "" : `#${name}`;
}

export function showAddress(name: string, rest: string): void {
  const wanted = writeAddress(name, rest);
  if (location.hash !== wanted) history.pushState(null, "", wanted || location.pathname);
}
