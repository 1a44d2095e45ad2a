import assert from "node:assert/strict";
import test, { after } from "node:test";
import { makeWorld, onBlob, passes, play } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

test("on a slow link the sound does not take half of what the first picture comes with", async (t) => {
  const { site, page } = await world.visit(t);
  const sounds = () => site.stretches.filter((one) => one.path.includes("audio")).length;
  site.cut = (path) => (path.includes("240p") ? 500 : 0);
  await page.goto(site.address + "/lesson");
  await page.waitForFunction(() => video.readyState > 0);
  await play(page);
  await page.waitForFunction(async () => (await fetch("/silent")).ok);
  // Whatever was asked for together with the picture has come by now.
  await page.evaluate(() => fetch("/lesson").then((answer) => answer.text()));
  assert.deepEqual([site.stretches.length, sounds()], [1, 0]);
  site.cut = () => 0;
  site.silent.destroy();
  await passes(page, 1);
  assert.ok(sounds() > 0);
});

test("a cut connection goes on at the first missing byte", async (t) => {
  let cuts = 0;
  const cut = (path) => (path.includes("240p") && cuts++ === 0 ? 9000 : 0);
  const { site, page } = await world.visit(t, { cut });
  await page.goto(site.address + "/lesson");
  await play(page);
  // The beginning, fetched before play, gives the browser the length: only a picture says that bytes have come.
  await page.waitForFunction(() => video.readyState > 1);
  site.silent.destroy();
  await passes(page, 5);
  assert.ok(await onBlob(page));
  const [first, second] = site.stretches.filter((one) => one.path.includes("240p"));
  const [[, begin, end], [, from, to]] = [first, second].map((one) => /=(\d+)-(\d+)$/.exec(one.range));
  assert.ok(Number(from) > Number(begin) && Number(from) <= Number(begin) + 9000, second.range);
  assert.equal(to, end, `${first.range}, then ${second.range}`);
});

test("a connection that falls silent is given up and taken up again", { timeout: 90000 }, async (t) => {
  let cuts = 0;
  const cut = (path) => (path.includes("240p") && cuts++ === 0 ? 9000 : 0);
  const { site, page } = await world.visit(t, { cut });
  await page.goto(site.address + "/lesson");
  await play(page);
  await page.waitForFunction(() => video.currentTime > 5, null, { timeout: 60000 });
  assert.ok(await onBlob(page));
  assert.ok(cuts > 1);
});
