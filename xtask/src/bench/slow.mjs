// How long until a page is seen, and until a lesson plays, over slow links? Cold visits in Chromium.
// Arguments: address, the lesson's path. The session token is in MENPA_TOKEN. Prints JSON.
import { arrive, browse, pageOver, PHONE, PLAYS_UNASKED } from "./visitor.mjs";

const [address, lesson] = process.argv.slice(2);
const token = process.env.MENPA_TOKEN;

/** The two links that figures are told for. */
const LINKS = [
  { name: "50 kbit/s, 500 ms", kbit_s: 50, latency_ms: 500 },
  { name: "250 kbit/s, 300 ms", kbit_s: 250, latency_ms: 300 },
];
const PATIENCE_MS = 180_000;

const browser = await browse(PLAYS_UNASKED);

/** A first visit: nothing is kept from before. */
async function visit(link, at, look) {
  const context = await arrive(browser, address, token, PHONE);
  context.setDefaultTimeout(PATIENCE_MS);
  const { page } = await pageOver(context, link);
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
