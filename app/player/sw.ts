// What does a browser show when no page can be reached, and which of our files need not be fetched again?
// (an entry: the service worker, which does nothing else)

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

/** What a file of ours is called whatever is in it: all but its hash. */
const called = (url: string) => url.replace(/\.\w+(?=\.\w+$)/, "");

/** Keeps a file in the place of what was called so before. */
async function lay(request: Request, answer: Response) {
  const cache = await caches.open(KEPT);
  const old = (await cache.keys()).filter(({ url }) => called(url) === called(request.url));
  await Promise.all(old.map((each) => cache.delete(each)));
  await cache.put(request, answer);
}

/** A file that never changes under its name, from here before the network: signing out empties the browser's own cache. */
async function ours(request: Request): Promise<Response> {
  // Where nothing may be kept, or the disk is full, it is fetched each time.
  const found = await caches.match(request).catch(() => undefined);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200) lay(request, answer.clone()).catch(() => undefined);
  return answer;
}

async function offline(request: Request): Promise<Response> {
  return fetch(request).catch(async (cause) => {
    const found = await caches.match(PAGE);
    if (found) return found;
    throw cause;
  });
}

addEventListener("install", (event) => (event as Lasting).waitUntil(keep()));

addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  // A form is left to the browser, which can send it again.
  if (request.method !== "GET") return;
  if (request.mode === "navigate") (event as Asked).respondWith(offline(request));
  else if (new URL(request.url).pathname.startsWith("/pkg/")) (event as Asked).respondWith(ours(request));
});
