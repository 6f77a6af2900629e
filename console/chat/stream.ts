// SPDX-License-Identifier: Apache-2.0
//
// Server-sent events by fetch: the code goes in a header, so it stands in no address,
// log or history. Only what this page needs of the format.

export interface StreamEvent { name: string; data: string }

// Cuts a stream's text into events; keeps what is unfinished.
export class EventReader {
  private rest = "";
  feed(text: string): StreamEvent[] {
    this.rest += text.replace(/\r\n?/g, "\n");
    const events: StreamEvent[] = [];
    for (let end = this.rest.indexOf("\n\n"); end >= 0; end = this.rest.indexOf("\n\n")) {
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      const event = { name: "message", data: "" };
      for (const line of block.split("\n")) {
        if (line.startsWith("event:")) event.name = line.slice(6).trim();
        if (line.startsWith("data:")) event.data += line.slice(5).trimStart();
      }
      if (!block.split("\n").every((line) => line.startsWith(":"))) events.push(event);
    }
    return events;
  }
}

// Reads until the stream ends or is stopped. Resolves either way.
export async function follow(url: string, headers: Record<string, string>,
  signal: AbortSignal, onOpen: () => void, onEvent: (event: StreamEvent) => void):
  Promise<number> {
  try {
    const response = await fetch(url, { headers, signal, cache: "no-store",
      credentials: "omit" });
    if (!response.ok || !response.body) return response.status;
    onOpen();
    const reader = response.body.getReader(), decoder = new TextDecoder();
    const events = new EventReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 200;
      for (const event of events.feed(decoder.decode(value, { stream: true })))
        onEvent(event);
    }
  } catch {
    return 0;
  }
}
