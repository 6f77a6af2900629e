// SPDX-License-Identifier: Apache-2.0
//
// Service worker: the console's own files, so that it opens with the link down. Never an
// API answer, never the residents' chat page (which must leave nothing behind).
/// <reference lib="webworker" />
declare const BUILD_FILES: string[];
declare const BUILD_ID: string;
export {};

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `koban-${BUILD_ID}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((c) => c.addAll(["/", ...BUILD_FILES]))
    .then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names
      .filter((n) => n.startsWith("koban-") && n !== CACHE).map((n) => caches.delete(n))))
    .then(() => worker.clients.claim()));
});

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) return fresh;
    return (await cache.match("/")) ?? fresh;
  } catch {
    return (await cache.match("/")) ?? Response.error();
  }
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (url.pathname === "/") event.respondWith(page(event.request));
  else if (BUILD_FILES.includes(url.pathname)) {
    event.respondWith(caches.match(event.request).then((r) => r ?? fetch(event.request)));
  }
});
