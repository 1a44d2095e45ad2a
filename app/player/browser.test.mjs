import assert from "node:assert/strict";
import test, { after } from "node:test";
import { slow } from "./fixture/browser.mjs";
import { holds, makeWorld, onBlob, outbox, passes, pause, play, says } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

const events = (site) => site.watched.flatMap((body) => body.events);

test("before play no picture is fetched; then it plays by byte ranges and records what played", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto(site.address + "/lesson", { waitUntil: "load" });
  // Until the browser knows what it will play, its controls show a picture that seems to be loading.
  await page.waitForFunction(() => video.readyState === HTMLMediaElement.HAVE_METADATA);
  assert.deepEqual([site.fetched.length, site.stretches.length], [2, 0]);
  await play(page);
  await passes(page, 2);
  await pause(page);
  await says(page, "receipt-state", "Receipt 1 · 00:0");
  await says(page, "play-state", "Playing 240p");
  assert.ok(await onBlob(page));
  assert.ok(site.fetched.every((one) => /^bytes=\d+-\d+$/.test(one.range) && !one.path.includes("progressive")));
  const [event] = events(site);
  const [[from, to]] = event.intervals_ms;
  assert.equal(event.intervals_ms.length, 1);
  assert.ok(from < 300 && to > 1700 && to < 9000, JSON.stringify(event));
  assert.equal(event.position_ms, to);
  assert.ok(Math.abs(event.device_time - Date.now()) < 10000 && event.device_time <= Date.now());
  assert.equal(site.watched[0].person, "p1");
  assert.deepEqual(await outbox(page), []);
});

test("a lesson goes on at the last second and fetches nothing before it", async (t) => {
  const { site, page } = await world.visit(t, { state: { position_ms: 21500 } });
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 22.5);
  await pause(page);
  await says(page, "receipt-state", "Receipt 1");
  const [[from, to]] = events(site)[0].intervals_ms;
  assert.ok(from >= 21400 && from < 22200 && to > 22300, `${from}–${to}`);
  const { segments, init_bytes } = site.lesson.renditions.find((one) => one.name === "240p");
  const firsts = site.fetched.filter((one) => one.path.includes("240p")).map((one) => Number(/\d+/.exec(one.range)[0]));
  assert.ok(firsts.includes(0) && firsts.includes(segments[4][2]), String(firsts));
  assert.ok(!firsts.includes(init_bytes));
});

test("a lesson seen to its end starts anew", async (t) => {
  const { site, page } = await world.visit(t, { state: { position_ms: 39500, completed: true, receipt: 9 } });
  await page.goto(site.address + "/lesson");
  await says(page, "receipt-state", "Completed · receipt 9");
  await play(page);
  await passes(page, 0.5);
  assert.ok((await page.evaluate(() => video.currentTime)) < 10);
});

test("a seek beyond the buffer is fetched, and what was skipped is not counted", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto("about:blank");
  await slow(page, 300, 50);
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 1);
  await page.evaluate(() => void (video.currentTime = 29));
  await passes(page, 30);
  await pause(page);
  await says(page, "receipt-state", "Receipt 1");
  const { intervals_ms } = events(site)[0];
  assert.equal(intervals_ms.length, 2, JSON.stringify(intervals_ms));
  assert.ok(intervals_ms[0][1] < 3000 && intervals_ms[1][0] >= 28900);
});

test("a lesson plays to its end, and the completion's receipt stays", async (t) => {
  const { site, page } = await world.visit(t, { state: { position_ms: 36000 } });
  site.answer = (event) => ({ event: event.id, receipt: 18, watched_ms: 38000, completed: true });
  await page.goto(site.address + "/lesson");
  await play(page);
  await page.waitForFunction(() => video.ended);
  await says(page, "receipt-state", "Completed · receipt 18");
  const ends = events(site).flatMap((event) => event.intervals_ms.map(([, to]) => to));
  assert.ok(Math.max(...ends) > 39500 && Math.max(...ends) <= 40000, String(ends));
  site.answer = (event) => ({ event: event.id, receipt: 19, watched_ms: 39000, completed: true });
  await page.evaluate(() => void (video.currentTime = 5));
  await play(page);
  await passes(page, 6);
  await pause(page);
  await holds(page, 0);
  await says(page, "receipt-state", "Completed · receipt 18");
});

test("with the server gone events stay, are counted, and arrive after the next page load", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 1);
  site.broken = (path) => path === "/api/v1/watch";
  await pause(page);
  await says(page, "receipt-state", "1 unsent");
  assert.ok(!(await page.evaluate(() => document.getElementById("receipt-state").textContent)).includes("Receipt"));
  await holds(page, 1, true);
  const [kept] = await outbox(page);
  await play(page);
  await passes(page, 2);
  await pause(page);
  await play(page);
  await passes(page, 3);
  await pause(page);
  await holds(page, 2);
  const list = await outbox(page);
  assert.deepEqual(list[0], kept, "an event that may have arrived must not change");
  site.broken = () => false;
  await page.reload();
  await says(page, "receipt-state", "Receipt");
  await holds(page, 0);
  assert.ok(site.watched_ms() > 2500, String(site.watched_ms()));
  const ids = [...site.receipts.keys()];
  assert.ok(ids.includes(kept.event.id));
  assert.equal(new Set(site.watched.map((body) => body.session)).size, 1, "events keep their sitting");
});

test("a lost answer is asked for again under the same id", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 1);
  const acknowledge = site.answer;
  site.answer = (event) => acknowledge(event) && 500;
  await pause(page);
  await says(page, "receipt-state", "1 unsent");
  await holds(page, 1, true);
  site.answer = acknowledge;
  await page.evaluate(() => void dispatchEvent(new Event("online")));
  await says(page, "receipt-state", "Receipt 1");
  assert.equal(site.receipts.size, 1);
});

test("media that MSE cannot read gives way to the progressive file at the same second", async (t) => {
  const { site, page } = await world.visit(t, { state: { position_ms: 10000 }, swapped: { "/media/240p.mp4": "audio.mp4" } });
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 11);
  assert.ok(!(await onBlob(page)));
  await pause(page);
  await says(page, "receipt-state", "Receipt 1");
  const [[from, to]] = events(site)[0].intervals_ms;
  assert.ok(from >= 9900 && from < 10600 && to > 10900, `${from}–${to}`);
});

test("a broken decoder in the middle gives way to the progressive file", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto("about:blank");
  await slow(page, 400, 20);
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 2);
  await page.evaluate(() => {
    SourceBuffer.prototype.appendBuffer = () => {
      throw new DOMException("broken on purpose", "InvalidStateError");
    };
  });
  await page.waitForFunction(() => video.currentSrc.includes("progressive"));
  const lowest = await page.evaluate(() => {
    let least = Infinity;
    return new Promise((done) => {
      video.addEventListener("timeupdate", () => {
        least = Math.min(least, video.currentTime);
        if (video.currentTime > 4) done(least);
      });
    });
  });
  assert.ok(lowest > 1.9, `went back to ${lowest}`);
});

test("where MSE is missing the plain file plays from the last second", async (t) => {
  const { site, page } = await world.visit(t, { state: { position_ms: 15000 } });
  await page.addInitScript(() => {
    delete window.MediaSource;
    delete window.ManagedMediaSource;
  });
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 16);
  await pause(page);
  await says(page, "receipt-state", "Receipt 1");
  assert.ok(events(site)[0].intervals_ms[0][0] >= 14900);
});

test("who already watches the progressive file is not interrupted, and keeps those seconds", async (t) => {
  let open;
  const { site, page } = await world.visit(t, { scriptGate: new Promise((done) => (open = done)) });
  await page.goto(site.address + "/lesson", { waitUntil: "commit" });
  await page.waitForFunction(() => document.getElementById("video"));
  await play(page);
  await passes(page, 2);
  open();
  await page.waitForFunction(() => localStorage.getItem("menpa.person"));
  await passes(page, 3);
  await pause(page);
  await says(page, "receipt-state", "Receipt 1");
  assert.ok(!(await onBlob(page)));
  const { intervals_ms } = events(site)[0];
  assert.equal(intervals_ms.length, 1, JSON.stringify(intervals_ms));
  assert.ok(intervals_ms[0][0] < 100 && intervals_ms[0][1] > 2900);
});

test("on a slow link it starts on the cheapest rung within seconds", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto("about:blank");
  await slow(page, 64, 600);
  await page.goto(site.address + "/lesson");
  const started = Date.now();
  await play(page);
  await passes(page, 0.2);
  const ms = Date.now() - started;
  t.diagnostic(`64 kbit/s, 600 ms: plays ${ms} ms after the press`);
  assert.deepEqual(site.stretches.map((one) => one.path).sort(), ["/media/240p.mp4", "/media/audio.mp4"]);
});

/** Slows the link as soon as a stretch of the dear rung has been asked for. */
async function collapse(page, site, kbit) {
  await page.goto("about:blank");
  const setLink = await slow(page, 3000, 20);
  const high = new Promise((reached) => {
    site.broken = (path, request) => {
      if (path.includes("360p") && !/=0-/.test(request.headers.range)) reached();
      return false;
    };
  });
  await page.goto(site.address + "/lesson");
  await play(page);
  await high;
  await setLink(kbit, 100);
  return setLink;
}

test("a link that grows slow is answered by a cheaper rung before the picture stands still", { timeout: 120000 }, async (t) => {
  const { site, page } = await world.visit(t);
  await page.addInitScript(() => {
    window.waits = 0;
    addEventListener("waiting", () => video.currentTime && window.waits++, true);
  });
  await collapse(page, site, 130);
  await page.waitForFunction(() => video.currentTime > 24, null, { timeout: 60000 });
  assert.equal(await page.evaluate(() => window.waits), 0);
  assert.equal(site.fetched.filter((one) => !one.path.includes("audio")).pop().path, "/media/240p.mp4");
  assert.ok(await onBlob(page));
});

test("a link that collapses: the picture stands, it says so, and goes on with the cheapest rung", { timeout: 120000 }, async (t) => {
  const { site, page } = await world.visit(t, { state: { position_ms: 20500 } });
  const setLink = await collapse(page, site, 8);
  await says(page, "play-state", "going on with 240p");
  await setLink(200, 50);
  await says(page, "play-state", "Playing 240p");
  await passes(page, 30);
  assert.ok(await onBlob(page));
});

test("a fast link climbs to the best rung", async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto(site.address + "/lesson");
  await play(page);
  await says(page, "play-state", "Playing 360p");
  assert.ok(site.fetched[0].path.includes("240p"));
});

test("every fifteen seconds of playing are sent, without a pause", { timeout: 60000 }, async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto(site.address + "/lesson");
  const sent = new Promise((done) => (site.answer = (event) => (done(event), site.acknowledge(event))));
  await play(page);
  const [[from, to]] = (await sent).intervals_ms;
  assert.ok(from < 300 && to > 12000 && to < 17000, `${from}–${to}`);
  await says(page, "receipt-state", "Receipt 1");
});

test("signed out: said so, and the events stay", async (t) => {
  const { site, page } = await world.visit(t);
  site.answer = () => 401;
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 1);
  await pause(page);
  await says(page, "receipt-state", "Signed out · 1 unsent");
  assert.equal((await outbox(page)).length, 1);
});

test("a refusal says why and leaves the outbox, as an object or as a string", async (t) => {
  const { site, page } = await world.visit(t);
  const reasons = [{ kind: "clock", message: "faster than the clock" }, "not published"];
  site.answer = (event) => ({ event: event.id, refused: reasons.shift(), watched_ms: 0, completed: false });
  await page.goto(site.address + "/lesson");
  for (const why of ["faster than the clock", "not published"]) {
    await play(page);
    const at = await page.evaluate(() => video.currentTime);
    await passes(page, at + 0.5);
    await pause(page);
    await says(page, "receipt-state", "Not recorded: " + why);
    await holds(page, 0);
  }
});

test("leaving the page sends what was watched", { timeout: 60000 }, async (t) => {
  const { site, page } = await world.visit(t);
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 2);
  const sent = new Promise((done) => (site.answer = (event) => (done(event), site.acknowledge(event))));
  await page.goto("about:blank");
  const event = await sent;
  assert.ok(event.intervals_ms[0][1] > 1900, JSON.stringify(event));
});

test("any other page resends, shows the count, and never touches another person's events", async (t) => {
  const { site, page } = await world.visit(t);
  site.broken = (path) => path === "/api/v1/watch";
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 1);
  await pause(page);
  await says(page, "receipt-state", "1 unsent");
  site.person = "p2";
  await page.goto(site.address + "/page");
  await page.waitForFunction(() => localStorage.getItem("menpa.person") === "p2");
  assert.equal(await page.evaluate(() => document.getElementById("unsent-count").hidden), true);
  assert.equal((await outbox(page)).length, 1);
  site.person = "p1";
  await page.goto(site.address + "/page");
  await says(page, "unsent-count", "1 unsent");
  site.broken = () => false;
  await page.reload();
  await holds(page, 0);
  assert.equal(await page.evaluate(() => document.getElementById("unsent-count").hidden), true);
  assert.ok(site.watched.every((body) => body.person === "p1"));
});

test("when somebody else signs in from another tab, the first tab stops sending", async (t) => {
  const { site, page, context } = await world.visit(t);
  await page.goto(site.address + "/lesson");
  await play(page);
  await passes(page, 1);
  site.person = "p2";
  const other = await context.newPage();
  await other.goto(site.address + "/page");
  await other.waitForFunction(() => localStorage.getItem("menpa.person") === "p2");
  // Where that took more than fifteen seconds, what was played before went out in her own name.
  const before = site.watched.length;
  await pause(page);
  await says(page, "receipt-state", "Signed out · 1 unsent");
  assert.equal(site.watched.length, before);
  assert.ok(site.watched.every((body) => body.person === "p1"));
});

test("two tabs share one outbox without losing events", async (t) => {
  const { site, page, context } = await world.visit(t);
  const other = await context.newPage();
  site.broken = (path) => path === "/api/v1/watch";
  for (const tab of [page, other]) await tab.goto(site.address + "/lesson");
  for (const tab of [page, other]) await play(tab);
  for (const tab of [page, other]) await passes(tab, 1);
  await Promise.all([pause(page), pause(other)]);
  await says(page, "receipt-state", "2 unsent");
  await says(other, "receipt-state", "2 unsent");
  site.broken = () => false;
  await page.evaluate(() => void dispatchEvent(new Event("online")));
  await other.evaluate(() => void dispatchEvent(new Event("online")));
  await holds(page, 0);
  assert.equal(site.receipts.size, 2);
});
