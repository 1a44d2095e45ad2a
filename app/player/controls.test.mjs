import assert from "node:assert/strict";
import test, { after } from "node:test";
import { slow } from "./fixture/browser.mjs";
import { makeWorld, passes, pause, play, says } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

/** A lesson that knows its media, with both scripts awake. */
async function lesson(t, settings) {
  const visit = await world.visit(t, settings);
  await open(visit);
  return visit;
}

async function open({ site, page }) {
  await page.goto(site.address + "/lesson");
  await page.waitForFunction(() => video.readyState > 0 && !document.getElementById("lesson-keys").hidden);
}

const speed = (page) => page.evaluate(() => [video.playbackRate, video.defaultPlaybackRate, document.getElementById("speed").value]);
const focus = (page, id) => page.evaluate((id) => (id ? document.getElementById(id) : document.activeElement).focus(), id);
const fetches = (site, name) => site.stretches.some((one) => one.path.includes(name));

test("each key does what the page says", async (t) => {
  const { page } = await lesson(t);
  const press = (key) => page.keyboard.press(key);
  await press("k");
  await page.waitForFunction(() => !video.paused);
  await press("K");
  await page.waitForFunction(() => video.paused);
  await press(" ");
  await page.waitForFunction(() => !video.paused);
  await press(" ");
  await page.waitForFunction(() => video.paused);
  await page.evaluate(() => void (video.currentTime = 20));
  for (const [key, second] of [["l", 30], ["j", 20], ["ArrowRight", 25], ["ArrowLeft", 20]]) {
    await press(key);
    assert.equal(await page.evaluate(() => Math.round(video.currentTime)), second, key);
  }
  for (const muted of [true, false]) {
    await press("m");
    assert.equal(await page.evaluate(() => video.muted), muted);
  }
  const showing = (page) => page.evaluate(() => Array.from(video.textTracks, (one) => one.mode === "showing"));
  assert.deepEqual(await showing(page), [false, true]);
  await press("c");
  assert.deepEqual(await showing(page), [false, false]);
  await press("c");
  assert.deepEqual(await showing(page), [false, true], "those that were shown come back");
  for (const [key, rate] of [[">", 1.25], [">", 1.5], [">", 2], [">", 2], ["<", 1.5], ["<", 1.25], ["<", 1], ["<", 0.75], ["<", 0.5], ["<", 0.5]]) {
    await press(key);
    assert.deepEqual(await speed(page), [rate, rate, String(rate)], key);
  }
  await press("f");
  await page.waitForFunction(() => document.fullscreenElement === video);
  await press("f");
  await page.waitForFunction(() => !document.fullscreenElement);
});

test("a key held down moves on, but does not switch to and fro", async (t) => {
  const { page } = await lesson(t);
  await page.keyboard.down("m");
  await page.keyboard.down("m");
  await page.keyboard.down("m");
  assert.equal(await page.evaluate(() => video.muted), true);
  await page.keyboard.down("l");
  await page.keyboard.down("l");
  assert.equal(await page.evaluate(() => Math.round(video.currentTime)), 20);
});

test("keys pressed where they mean something else are left alone", async (t) => {
  const { page } = await lesson(t);
  const untouched = async (where) => {
    const found = await page.evaluate(() => [video.paused, video.muted, video.currentTime, video.playbackRate]);
    assert.deepEqual(found, [true, false, 0, 1], where);
  };
  for (const id of ["field", "speed", "words"]) {
    await focus(page, id);
    for (const key of ["k", "m", "l", ">"]) await page.keyboard.press(key);
    await untouched(id);
  }
  assert.equal(await page.evaluate(() => document.getElementById("field").value), "kml>");
  await page.evaluate(() => document.getElementById("dialog").showModal());
  await page.keyboard.press("m");
  await untouched("dialog");
  await page.evaluate(() => document.getElementById("dialog").close());
  await focus(page, "button");
  for (const key of ["Control+m", "Alt+m", "Meta+m", "Alt+k", "Control+l"]) await page.keyboard.press(key);
  await page.evaluate(() => {
    const init = { key: "m", isComposing: true, bubbles: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", init));
  });
  await untouched("with other keys");
  await page.evaluate(() => document.getElementById("button").addEventListener("click", () => (window.pressed = (window.pressed || 0) + 1)));
  await page.keyboard.press(" ");
  assert.equal(await page.evaluate(() => window.pressed), 1, "the space bar presses the button");
  await untouched("button");
  await page.keyboard.press("m");
  assert.equal(await page.evaluate(() => video.muted), true, "a letter means nothing to a button");
});

test("what the video's own controls do with a key is not done twice", async (t) => {
  const { page } = await lesson(t);
  await focus(page, "video");
  await page.keyboard.press(" ");
  await page.waitForFunction(() => !video.paused && video.currentTime > 0.3);
  await page.keyboard.press(" ");
  await page.waitForFunction(() => video.paused);
  await page.evaluate(() => {
    window.seeks = 0;
    video.addEventListener("seeking", () => window.seeks++);
  });
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => !video.seeking && window.seeks > 0);
  assert.equal(await page.evaluate(() => window.seeks), 1);
  await page.keyboard.press("k");
  await page.waitForFunction(() => !video.paused);
});

test("the keys can be switched off, for this person on this device", async (t) => {
  const visit = await lesson(t);
  const { site, page } = visit;
  const muted = async () => {
    await page.keyboard.press("m");
    return page.evaluate(() => video.muted);
  };
  const checked = () => page.evaluate(() => document.querySelector("#lesson-keys input").checked);
  await page.click("#lesson-keys summary");
  await page.uncheck("#lesson-keys input");
  await focus(page);
  await page.evaluate(() => document.activeElement.blur());
  assert.equal(await muted(), false);
  await open(visit);
  assert.deepEqual([await checked(), await muted()], [false, false]);
  site.person = "p2";
  await open(visit);
  assert.deepEqual([await checked(), await muted()], [true, true], "the next person's are on");
  site.person = "p1";
  await open(visit);
  await page.click("#lesson-keys summary");
  await page.check("#lesson-keys input");
  await open(visit);
  assert.deepEqual([await checked(), await muted()], [true, true]);
});

test("the speed is remembered for its person, and nobody else inherits it", async (t) => {
  const visit = await lesson(t);
  const { site, page } = visit;
  assert.deepEqual(await speed(page), [1, 1, "1"]);
  await page.selectOption("#speed", "1.5");
  assert.deepEqual(await speed(page), [1.5, 1.5, "1.5"]);
  await page.waitForFunction(() => localStorage.getItem("menpa.rate.p1"));
  await open(visit);
  assert.deepEqual(await speed(page), [1.5, 1.5, "1.5"]);
  await play(page);
  await passes(page, 1);
  assert.deepEqual(await speed(page), [1.5, 1.5, "1.5"], "a new source keeps it");
  site.person = "p2";
  await open(visit);
  assert.deepEqual(await speed(page), [1, 1, "1"]);
});

test("what cannot be a speed is not taken from the storage", async (t) => {
  const visit = await lesson(t);
  for (const [kept, rate] of [["fast", 1], ["16", 2], ["1.75", 1.75]]) {
    await visit.page.evaluate((kept) => localStorage.setItem("menpa.rate.p1", kept), kept);
    await open(visit);
    assert.deepEqual(await speed(visit.page), [rate, rate, String(rate)], kept);
  }
});

test("the browser's own menu is followed, also to a speed that the page does not offer", async (t) => {
  const visit = await lesson(t);
  for (const rate of [0.75, 1.75]) {
    await visit.page.evaluate((rate) => void (video.playbackRate = rate), rate);
    await visit.page.waitForFunction((rate) => localStorage.getItem("menpa.rate.p1") === String(rate), rate);
    assert.deepEqual(await speed(visit.page), [rate, rate, String(rate)]);
  }
  await visit.page.keyboard.press(">");
  assert.deepEqual(await speed(visit.page), [2, 2, "2"]);
});

test("the speed outlives the fall back to the progressive file", async (t) => {
  const { page } = await lesson(t, { swapped: { "/media/240p.mp4": "audio.mp4" } });
  await page.selectOption("#speed", "2");
  await play(page);
  await passes(page, 2);
  assert.ok(await page.evaluate(() => video.currentSrc.includes("progressive")));
  assert.deepEqual(await speed(page), [2, 2, "2"]);
});

test("at twice the speed every second counts, and is sent as such", async (t) => {
  const { site, page } = await lesson(t);
  await page.selectOption("#speed", "2");
  await play(page);
  await passes(page, 8);
  await pause(page);
  await says(page, "receipt-state", "Receipt 1");
  const [{ intervals_ms, rate }] = site.watched.flatMap((body) => body.events);
  assert.deepEqual([intervals_ms.length, rate], [1, 2], JSON.stringify(intervals_ms));
  assert.ok(intervals_ms[0][0] < 300 && intervals_ms[0][1] > 7800);
});

test("a link that carries the better picture does not carry it at twice the speed", { timeout: 60000 }, async (t) => {
  for (const [rate, better] of [["1", true], ["2", false]]) {
    const visit = await world.visit(t);
    const { site, page } = visit;
    await page.goto("about:blank");
    await slow(page, 1050, 20);
    await open(visit);
    await page.selectOption("#speed", rate);
    await play(page);
    await page.waitForFunction(() => video.buffered.length && video.buffered.end(video.buffered.length - 1) > 39);
    assert.equal(fetches(site, "360p"), better, rate);
  }
});

test("the data saver keeps to the smallest picture, whoever asks for it", { timeout: 60000 }, async (t) => {
  const saver = () => Object.defineProperty(navigator, "connection", { value: { saveData: true } });
  for (const [data_use, script, better] of [["auto", null, true], ["low", null, false], ["auto", saver, false]]) {
    const visit = await world.visit(t, { state: { data_use } });
    if (script) await visit.page.addInitScript(script);
    await open(visit);
    await play(visit.page);
    await visit.page.waitForFunction(() => video.buffered.length && video.buffered.end(video.buffered.length - 1) > 39);
    assert.ok(fetches(visit.site, "240p") && fetches(visit.site, "audio"));
    assert.equal(fetches(visit.site, "360p"), better, `${data_use} ${!!script}`);
  }
});
