import assert from "node:assert/strict";
import test, { after } from "node:test";
import { makeWorld, says } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

const events = (site) => site.watched.flatMap((body) => body.events);
const STATE = { page: 1, pages: [4000, 4000, 4000, 4000] };

async function reads(t, state = {}) {
  const { site, page } = await world.visit(t, { state: { ...STATE, ...state } });
  await page.goto(site.address + "/reading");
  return { site, page };
}

/** The page goes, and with it what was read. */
async function leaves(site, page) {
  const sent = page.waitForResponse(/watch/);
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  await sent;
  return events(site);
}

test("the page in view is counted, as long as it takes to read", async (t) => {
  const { site, page } = await reads(t);
  await says(page, "reader-place", "Page 1 of 4");
  await says(page, "reader-seen", "1 seen");
  await page.keyboard.press("ArrowRight");
  await says(page, "reader-place", "Page 2 of 4");
  await says(page, "reader-seen", "2 seen");
  const [event] = await leaves(site, page);
  assert.equal(event.position_ms, 4000);
  const [[from], [, to]] = [event.intervals_ms[0], event.intervals_ms[event.intervals_ms.length - 1]];
  assert.ok(from === 0 && to >= 6000 && to <= 8000, JSON.stringify(event));
  await says(page, "receipt-state", "Receipt 1");
});

test("she goes on at the page where she left, and buttons and keys turn pages", async (t) => {
  const { page } = await reads(t, { page: 3, intervals_ms: [[0, 8000]] });
  await says(page, "reader-place", "Page 3 of 4");
  await page.click("#reader-next");
  await says(page, "reader-place", "Page 4 of 4");
  await page.click("#reader-previous");
  await says(page, "reader-place", "Page 3 of 4");
  await page.keyboard.press("ArrowLeft");
  await says(page, "reader-place", "Page 2 of 4");
  await page.focus("#field");
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.keyboard.press("ArrowRight");
  await says(page, "reader-place", "Page 1 of 4");
});

test("an address that names a page opens there", async (t) => {
  const { site, page } = await world.visit(t, { state: { ...STATE, page: 4 } });
  await page.goto(site.address + "/reading#page-2");
  await says(page, "reader-place", "Page 2 of 4");
});

test("the first picture has the link to itself, and what has not come is not read", async (t) => {
  const { site, page } = await world.visit(t, { state: { ...STATE, pictures: true } });
  const asked = [];
  let send;
  const held = new Promise((resolve) => (send = resolve));
  await page.route("**/picture-*.svg", async (route) => {
    const number = route.request().url().match(/picture-(\d)/)[1];
    asked.push(number);
    if (number === "1") await held;
    await route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>' });
  });
  await page.goto(site.address + "/reading", { waitUntil: "commit" });
  await says(page, "reader-place", "Page 1 of 4");
  await page.waitForFunction(() => performance.now() > 2500);
  assert.deepEqual(asked, ["1"]);
  assert.equal(await page.evaluate(() => document.getElementById("reader-seen").textContent), "");
  send();
  await page.waitForFunction(() => document.querySelectorAll(".sheet img").length === 4);
  await says(page, "reader-seen", "1 seen");
});

test("a hidden page is not read", async (t) => {
  const { site, page } = await world.visit(t, { state: STATE });
  await page.addInitScript(() => Object.defineProperty(document, "hidden", { get: () => true }));
  await page.goto(site.address + "/reading");
  await page.waitForFunction(() => performance.now() > 3500);
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  assert.equal(await page.evaluate(() => document.getElementById("reader-seen").textContent), "");
  assert.deepEqual(events(site), []);
});
