import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { makeWorld } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

const SIZE = 400000;
const CHUNK = 100000;
const file = join(world.folder, "lecture.mp4");
writeFileSync(file, Buffer.alloc(SIZE, 7));

/** Picks the file and starts; everything the callbacks say lands in `window.said`. */
async function begin(page, site, address = site.address + "/page") {
  await page.goto(address);
  await page.setInputFiles("#file", file);
  await page.evaluate((chunkBytes) => {
    window.said = [];
    const tell = (name) => (...values) => window.said.push([name, ...values]);
    const names = ["progress", "resumed", "done", "failed"];
    const on = Object.fromEntries(names.map((name) => [name, tell(name)]));
    const input = document.getElementById("file");
    window.menpaUpload.start(input, { endpoint: "/api/v1/uploads", title: "血压 blood pressure", language: "zh", chunkBytes }, on);
  }, CHUNK);
}

const said = (page, name) => page.evaluate((wanted) => window.said.filter(([one]) => one === wanted), name);
const hears = (page, name) => page.waitForFunction((wanted) => window.said.some(([one]) => one === wanted), name);

/** Breaks the link for such requests once the server has `bytes` of the upload. */
function breakAfter(site, bytes, methods = ["PATCH"]) {
  site.broken = (path, request) => methods.includes(request.method) && [...site.uploads.values()][0].bytes.length >= bytes;
}

test("a whole upload tells its progress, its metadata and the resource's id", async (t) => {
  const { site, page } = await world.visit(t);
  await begin(page, site);
  await hears(page, "done");
  assert.deepEqual(await said(page, "done"), [["done", "resource-1"]]);
  const upload = site.uploads.get("resource-1");
  assert.equal(upload.bytes.length, SIZE);
  const metadata = Object.fromEntries(
    upload.metadata.split(",").map((pair) => [pair.split(" ")[0], Buffer.from(pair.split(" ")[1], "base64").toString()]),
  );
  assert.deepEqual(metadata, { filename: "lecture.mp4", filetype: "video/mp4", title: "血压 blood pressure", language: "zh" });
  const progress = await said(page, "progress");
  assert.deepEqual(progress[progress.length - 1].slice(1, 3), [SIZE, SIZE]);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tus")).length), 0);
});

test("the same file picked again after the page was closed continues where the server stands", async (t) => {
  const { site, page, context } = await world.visit(t);
  breakAfter(site, 2 * CHUNK);
  await begin(page, site);
  await hears(page, "failed");
  assert.deepEqual((await said(page, "failed"))[0], ["failed", "", true]);
  await page.close();
  site.broken = () => false;
  const again = await context.newPage();
  await again.goto(site.address + "/page");
  await again.setInputFiles("#file", file);
  const previous = await again.evaluate(() => window.menpaUpload.previous(document.getElementById("file")));
  assert.equal(previous.size_bytes, SIZE);
  assert.equal(previous.title, "血压 blood pressure");
  // What was on its way when the page was closed may have arrived.
  const kept = site.uploads.get("resource-1").bytes.length;
  assert.ok(kept >= 2 * CHUNK && kept < SIZE, String(kept));
  await begin(again, site);
  await hears(again, "done");
  assert.deepEqual(await said(again, "resumed"), [["resumed", kept]]);
  assert.equal(site.uploads.size, 1);
  assert.equal(site.uploads.get("resource-1").bytes.length, SIZE);
});

test("a broken link is tried again by itself", async (t) => {
  const { site, page } = await world.visit(t);
  breakAfter(site, CHUNK);
  await begin(page, site);
  await hears(page, "failed");
  site.broken = () => false;
  await hears(page, "done");
  assert.equal(site.uploads.get("resource-1").bytes.length, SIZE);
});

test("signed out in between: the upload stops with the server's words and is not forgotten", async (t) => {
  const { site, page } = await world.visit(t);
  const { upload } = site;
  breakAfter(site, CHUNK, ["PATCH", "HEAD"]);
  await begin(page, site);
  await hears(page, "failed");
  site.upload = (request, response) => response.writeHead(401).end();
  site.broken = () => false;
  await page.waitForFunction(() => window.said.some(([name, , retrying]) => name === "failed" && !retrying));
  assert.deepEqual((await said(page, "failed")).pop(), ["failed", "401", false]);
  site.upload = upload;
  await page.evaluate(() => window.menpaUpload.resume());
  await hears(page, "done");
  assert.deepEqual((await said(page, "resumed")).pop(), ["resumed", CHUNK]);
  assert.equal(site.uploads.size, 1);
});

test("another person on the same PC does not continue the upload", async (t) => {
  const { site, page } = await world.visit(t);
  breakAfter(site, CHUNK);
  await begin(page, site);
  await hears(page, "failed");
  await page.goto("about:blank");
  site.broken = () => false;
  site.person = "p2";
  await begin(page, site);
  await hears(page, "done");
  assert.deepEqual(await said(page, "done"), [["done", "resource-2"]]);
  assert.equal(site.uploads.get("resource-1").bytes.length, CHUNK);
});

test("pause stops, resume goes on, cancel takes it from the server", async (t) => {
  const { site, page } = await world.visit(t);
  let patches = 0;
  let free;
  // Also when the second piece comes only after it was let go.
  const freed = new Promise((done) => (free = done));
  const { upload } = site;
  site.upload = async function (request, response, path) {
    if (request.method === "PATCH" && ++patches === 2) await freed;
    return upload.call(this, request, response, path);
  };
  await begin(page, site);
  await page.waitForFunction((bytes) => window.said.some(([name, sent]) => name === "progress" && sent >= bytes), CHUNK);
  await page.evaluate(() => window.menpaUpload.pause());
  free();
  assert.equal((await said(page, "done")).length, 0);
  await page.evaluate(() => window.menpaUpload.resume());
  await hears(page, "done");

  breakAfter(site, 0);
  site.uploads.clear();
  await begin(page, site);
  await hears(page, "failed");
  await page.evaluate(() => window.menpaUpload.cancel());
  assert.equal(site.uploads.size, 0);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tus")).length), 0);
});
