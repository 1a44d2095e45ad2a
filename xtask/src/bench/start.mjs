// How long from pressing play until it plays, how often does it stand still, and what was fetched? Cold visits to one
// lesson over slow links, all at the same time, each of another learner with a link of her own.
// Arguments: address, sign-ins, the lesson's path, seconds of the lesson to play. Prints JSON.
import { peopleOf, tokenOf } from "./people.mjs";
import { arrive, browse, pageOver, PHONE, PLAYS_UNASKED } from "./visitor.mjs";

const [address, signIns, lesson, seconds] = process.argv.slice(2);

const LATENCY_MS = 600;
const VISITS = [
  { kbit_s: 32, data_use: "auto" },
  { kbit_s: 48, data_use: "auto" },
  { kbit_s: 64, data_use: "auto" },
  { kbit_s: 256, data_use: "auto" },
  { kbit_s: 32, data_use: "sound" },
];
const OPENS_MS = 180_000;
/** Who stands still half of the time has seen enough. */
const PLAYS_MS = OPENS_MS + Number(seconds) * 2000;

/** Runs in the page: presses play and writes down when it moves and when it waits. */
function press() {
  const video = document.querySelector("#video");
  const from_s = video.currentTime;
  const seen = (window.seen = { pressed_ms: performance.now(), started_ms: 0, played_s: 0, stalls_ms: [] });
  let waits_ms = 0;
  const moves = () => {
    if (waits_ms) seen.stalls_ms.push(performance.now() - waits_ms);
    waits_ms = 0;
  };
  video.addEventListener("waiting", () => (waits_ms = waits_ms || (seen.started_ms && performance.now())));
  video.addEventListener("playing", moves);
  video.addEventListener("ended", moves);
  setInterval(() => {
    seen.played_s = video.currentTime - from_s;
    seen.waits_ms = waits_ms && performance.now() - waits_ms;
    if (!seen.started_ms && seen.played_s > 0.1 && video.readyState >= 3) seen.started_ms = performance.now();
  }, 20);
  video.play().catch(() => {});
}

/** Counts what comes: of each rendition by its name, and all else. */
function count(network) {
  const addresses = new Map();
  const bytes = { renditions: {}, others: 0 };
  network.on("Network.requestWillBeSent", ({ requestId, request }) => addresses.set(requestId, request.url));
  network.on("Network.dataReceived", ({ requestId, dataLength }) => {
    const name = /\/media\/.*\/([^/]+)\.mp4$/.exec(addresses.get(requestId) ?? "")?.[1];
    if (name) bytes.renditions[name] = (bytes.renditions[name] ?? 0) + dataLength;
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!/\/media\/.*\.mp4$/.test(addresses.get(requestId) ?? "")) bytes.others += encodedDataLength;
  });
  return bytes;
}

async function choose(token, data_use) {
  const headers = { cookie: `menpa_session=${token}`, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const body = `data_use=${data_use}&here=/`;
  const answer = await fetch(`${address}/data-use`, { method: "POST", headers, body, redirect: "manual" });
  if (answer.status !== 303) throw new Error(`the setting was not kept: ${answer.status}`);
}

async function visit(browser, { kbit_s, data_use }, person) {
  const token = await tokenOf(address, person);
  await choose(token, data_use);
  const context = await arrive(browser, address, token, PHONE);
  const { page, network } = await pageOver(context, { kbit_s, latency_ms: LATENCY_MS });
  const bytes = count(network);
  await page.goto(`${address}${lesson}`, { waitUntil: "load", timeout: OPENS_MS });
  const page_bytes = bytes.others;
  await page.evaluate(press);
  const enough = (wanted) => window.seen.played_s >= wanted || document.querySelector("#video").ended;
  const options = { polling: 250, timeout: PLAYS_MS };
  // Who has not come that far by then is told as far as she came.
  await page.waitForFunction(enough, Number(seconds), options).catch(() => {});
  const seen = await page.evaluate(() => window.seen);
  await context.close();
  return { kbit_s, data_use, page_bytes, ...bytes, ...seen };
}

const learners = peopleOf(signIns, "learner");
const browser = await browse(PLAYS_UNASKED);
const visits = VISITS.map((one, index) => visit(browser, one, learners[index]));
const results = await Promise.all(visits);
await browser.close();
process.stdout.write(JSON.stringify(results));
