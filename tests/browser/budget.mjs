// What every page costs over the wire: nothing above the budget, nothing from another host, WASM only where an island is.
import http from "node:http";
import { address, check, open, reader } from "./browser.mjs";

const KB = 1000;
const FIRST = 40 * KB;
const HTML = 15 * KB;
const REPEAT = 10 * KB;
const ISLANDS = 120 * KB;
const PLAYER = 6 * 1024;

const told = [];
const browser = await open();
try {
  for (const lang of ["zh", "bo", "en"]) await learner(lang);
  await islands();
} finally {
  await browser.close();
}
process.stdout.write(told.join("\n") + "\n");

/// A profile without a service worker: what it answers would not be counted as coming over the wire.
function profile(login, lang) {
  return reader(browser, login, lang, { serviceWorkers: "block", viewport: { width: 360, height: 740 } });
}

async function learner(lang) {
  const links = await profile("dolma", lang);
  const page = await links.newPage();
  const paths = ["/", "/me", `/search?q=${encodeURIComponent("血压")}`];
  for (const link of ["/columns/", "/courses/"]) paths.push(await follow(page, "/", link));
  paths.push(await follow(page, paths[paths.length - 1], "/lessons/"));
  await page.goto(`${address}${paths[paths.length - 1]}`);
  const player = await weight(await page.locator('script[src*="/pkg/player."]').getAttribute("src"));
  check(player > 0 && player <= PLAYER, `the player weighs ${player} bytes`);
  await links.close();
  for (const [login, path] of [[null, "/sign-in"], ...paths.map((path) => ["dolma", path])]) {
    const context = await profile(login, lang);
    const first = await view(context, path);
    const repeat = await view(context, path);
    await context.close();
    told.push(`${lang} ${path}: first ${first.bytes} of it HTML ${first.html}, repeat ${repeat.bytes}`);
    check(first.bytes <= FIRST && first.html <= HTML && repeat.bytes <= REPEAT, told[told.length - 1]);
    check(!first.wasm, `${path} fetches WASM`);
  }
}

async function islands() {
  const context = await profile("manager", "zh");
  const first = await view(context, "/studio/upload");
  check(first.wasm > 0 && first.wasm <= ISLANDS, `the islands weigh ${first.wasm} bytes`);
  check(first.wasm_asked > first.content_shown, "WASM is asked for before the content is there");
  told.push(`islands: ${first.wasm} bytes, asked for ${Math.round((first.wasm_asked - first.content_shown) * 1000)} ms after the content`);
  await context.close();
}

/// Bytes of a file as it is sent to browsers that read brotli.
function weight(path) {
  return new Promise((done, fail) => {
    const asked = http.get(`${address}${path}`, { headers: { "accept-encoding": "br" } }, (answer) => {
      check(answer.headers["content-encoding"] === "br", `${path} is not sent as brotli`);
      let bytes = 0;
      answer.on("data", (part) => (bytes += part.length)).on("end", () => done(bytes));
    });
    asked.on("error", fail);
  });
}

async function follow(page, from, link) {
  await page.goto(`${address}${from}`);
  return new URL(await page.locator(`main a[href*="${link}"]`).first().getAttribute("href"), address).pathname;
}

/// Bytes that came for a page, without pictures and media.
async function view(context, path) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Page.enable");
  const seen = { bytes: 0, html: 0, wasm: 0, wasm_asked: 0, content_shown: 0 };
  const answers = new Map();
  network.on("Network.requestWillBeSent", ({ request, timestamp }) => {
    check(request.url.startsWith(address) || /^(data|blob):/.test(request.url), `${path} asks ${request.url}`);
    if (isIsland(request.url) && !seen.wasm_asked) seen.wasm_asked = timestamp;
  });
  network.on("Page.domContentEventFired", ({ timestamp }) => (seen.content_shown = timestamp));
  network.on("Network.responseReceived", ({ requestId, type, response }) => answers.set(requestId, { type, response }));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const answer = answers.get(requestId);
    if (!answer || answer.response.fromDiskCache || ["Image", "Media"].includes(answer.type)) return;
    if (isIsland(answer.response.url)) seen.wasm += encodedDataLength;
    else seen.bytes += encodedDataLength;
    if (answer.type === "Document") seen.html += encodedDataLength;
  });
  await page.goto(`${address}${path}`, { waitUntil: "networkidle" });
  await page.close();
  return seen;
}

/// The WebAssembly and the script that goes with it.
function isIsland(url) {
  return /\/pkg\/app(_bg)?\./.test(url);
}
