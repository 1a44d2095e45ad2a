import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { makeWorld } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

const SIZE = 60000;
const CHUNK = 20000;
const folder = join(world.folder, "queue");
mkdirSync(folder);
const files = Array.from({ length: 5 }, (_, index) => {
  const path = join(folder, `lecture-${index}.mp4`);
  writeFileSync(path, Buffer.alloc(SIZE, index));
  return path;
});

/** Chooses files and sends them; what is told of each lands in `window.told`. */
async function begin(page, site, chosen) {
  await page.goto(site.address + "/page");
  await page.evaluate(() => {
    document.getElementById("file").multiple = true;
    document.body.insertAdjacentHTML("beforeend", '<div id="queue-left" hidden><ul></ul></div>');
  });
  await page.setInputFiles("#file", chosen);
  await page.evaluate((chunkBytes) => {
    window.told = [];
    window.busiest = 0;
    const sending = new Set();
    const item = (index, state, permille, message) => {
      window.told.push([index, state, permille, message]);
      if (state === "sending") sending.add(index);
      if (state === "arrived" || state === "refused") sending.delete(index);
      window.busiest = Math.max(window.busiest, sending.size);
    };
    const options = { endpoint: "/api/v1/uploads", language: "zh", chunkBytes };
    window.menpaUpload.queue(document.getElementById("file"), options, { item, done: () => (window.over = true) });
  }, CHUNK);
}

const over = (page) => page.waitForFunction(() => window.over);
const states = (page, state) => page.evaluate((state) => window.told.filter((one) => one[1] === state).map((one) => one[0]), state);
const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => /^(tus|menpa-queue)/.test(key)).length);

test("many files go out two at a time, and nothing is left behind", async (t) => {
  const { site, page } = await world.visit(t);
  await begin(page, site, files);
  await over(page);
  assert.deepEqual((await states(page, "arrived")).sort(), [0, 1, 2, 3, 4]);
  assert.equal(await page.evaluate(() => window.busiest), 2);
  assert.equal(site.uploads.size, 5);
  assert.equal(await kept(page), 0);
});

test("after a reload what arrived is not sent again and what did not goes on", async (t) => {
  const { site, page } = await world.visit(t);
  site.broken = (path, request) => request.method === "PATCH" && site.uploads.size > 2;
  await begin(page, site, files);
  await page.waitForFunction(() => window.told.some(([, state]) => state === "lost"));
  const before = [...site.uploads.values()].filter((upload) => upload.bytes.length === SIZE).length;
  await page.goto("about:blank");
  site.broken = () => false;
  // A file of the same name and size that has changed since is another file.
  utimesSync(files[4], new Date(), new Date(Date.now() - 86400000));
  await begin(page, site, files);
  await over(page);
  assert.deepEqual((await states(page, "arrived")).sort(), [0, 1, 2, 3, 4]);
  assert.equal(site.uploads.size, 5, "none was begun twice");
  assert.ok([...site.uploads.values()].every((upload) => upload.bytes.length === SIZE));
  const again = await states(page, "sending");
  assert.equal(new Set(again).size, 5 - before, "what had arrived was not touched");
  assert.equal(await kept(page), 0);
});

test("the page lists what was chosen before and has not arrived", async (t) => {
  const { site, page } = await world.visit(t);
  site.broken = (path, request) => request.method === "PATCH";
  await begin(page, site, files.slice(0, 3));
  await page.waitForFunction(() => window.told.some(([, state]) => state === "lost"));
  const names = await page.evaluate(() => JSON.parse(localStorage["menpa-queue-" + document.body.dataset.person]).length);
  assert.equal(names, 3);
  await page.evaluate(() => window.menpaUpload.cancel());
  assert.equal(await page.evaluate(() => document.getElementById("queue-left").hidden), true, "what was called off is not offered");
});
