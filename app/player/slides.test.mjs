import assert from "node:assert/strict";
import test, { after } from "node:test";
import { slow } from "./fixture/browser.mjs";
import { makeWorld, passes, play } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

const pictures = (site) => site.fetched.map((one) => one.path).filter((path) => path.endsWith(".webp"));
const loaded = (page) => page.evaluate(() => (video.buffered.length ? video.buffered.end(video.buffered.length - 1) : 0));

async function lesson(t, kbit_s) {
  const { site, page } = await world.visit(t, { state: { has_slides: true, data_use: "sound" } });
  await page.goto(site.address + "/lesson");
  await page.waitForFunction(() => video.readyState > 0 && document.querySelector("#leading .following"));
  if (kbit_s) await slow(page, kbit_s, 50);
  return { site, page };
}

test("the next slide comes while this one is explained; folded away, no slide is fetched", async (t) => {
  const { site, page } = await lesson(t);
  assert.deepEqual(pictures(site), ["/media/leading-0.webp"]);
  await play(page);
  await passes(page, 1);
  await page.waitForFunction(() => document.querySelector("#leading .slide-5 img").complete);
  assert.deepEqual(pictures(site), ["/media/leading-0.webp", "/media/leading-5.webp"]);
});

test("on a slow link speech goes before the next slide", async (t) => {
  const { site, page } = await lesson(t, 40);
  await play(page);
  await passes(page, 0.5);
  assert.ok((await loaded(page)) < 15, "the link is too fast for this test");
  assert.deepEqual(pictures(site), ["/media/leading-0.webp"]);
  await page.waitForFunction(() => document.querySelector('#leading .slide-5[aria-current="true"]'));
  await page.waitForFunction(() => document.querySelector("#leading .slide-5 img").complete);
  assert.ok(pictures(site).includes("/media/leading-5.webp"), "it comes when it is due at the latest");
});
