// What does a browser show when no page can be reached? (an entry: the service worker, which does nothing else)

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Asked extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const KEPT = "menpa-offline";
const PAGE = "/offline";

/** Keeps the offline page with what it links to. */
async function keep() {
  const answer = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.clone().text();
  const cache = await caches.open(KEPT);
  await cache.addAll(text.match(/\/pkg\/[\w.-]+/g) || []);
  await cache.put(PAGE, answer);
}

async function kept(request: RequestInfo, cause: unknown): Promise<Response> {
  const found = await caches.match(request);
  if (found) return found;
  throw cause;
}

addEventListener("install", (event) => (event as Lasting).waitUntil(keep()));

addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  // A form is left to the browser, which can send it again.
  if (request.method !== "GET") return;
  const asks = request.mode === "navigate" ? PAGE : request.url.includes("/pkg/") && request;
  if (asks) (event as Asked).respondWith(fetch(request).catch((cause) => kept(asks, cause)));
});
