// How long until a page is seen, and until a lesson plays, over slow links? Cold visits in Chromium, throttled by its own
// network emulation. Arguments: address, session token, the lesson's path. Prints JSON.
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const [address, token, lesson] = process.argv.slice(2);

/** The two links that figures are told for. */
const LINKS = [
  { name: "50 kbit/s, 500 ms", kbit_s: 50, latency_ms: 500 },
  { name: "250 kbit/s, 300 ms", kbit_s: 250, latency_ms: 300 },
];
const PATIENCE_MS = 180_000;

const browser = await chromium.launch({
  executablePath: process.env.MENPA_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required"],
});

/** A first visit: nothing is kept from before. */
async function visit({ kbit_s, latency_ms }, at, look) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, serviceWorkers: "block" });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addCookies([{ name: "menpa_session", value: token, url: address }]);
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  const bytes_s = (kbit_s * 1000) / 8;
  await network.send("Network.emulateNetworkConditions",
    { offline: false, latency: latency_ms, downloadThroughput: bytes_s, uploadThroughput: bytes_s });
  const begun = Date.now();
  await page.goto(`${address}${at}`, { waitUntil: "commit", timeout: PATIENCE_MS });
  const seen = await look(page, begun);
  await context.close();
  return seen;
}

async function painted(page) {
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  return page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
}

/** Pressed as soon as the page has come with its player. */
async function played(page, begun) {
  await page.waitForLoadState("load");
  await page.evaluate(() => document.querySelector("#video").play().catch(() => {}));
  await page.waitForFunction(() => document.querySelector("#video").currentTime >= 1);
  return Date.now() - begun;
}

const results = [];
for (const link of LINKS) {
  results.push({
    name: link.name,
    home_ms: await visit(link, "/", painted),
    lesson_ms: await visit(link, lesson, painted),
    played_ms: await visit(link, lesson, played),
  });
}
await browser.close();
process.stdout.write(JSON.stringify(results));
