// How soon is the first page of courseware seen over a slow link, and for how many bytes? Two files are printed, taught
// from, and each visited once. Arguments: address, sign-ins, seconds that making the pages may take. Prints JSON.
import { ask, peopleOf, teach, tokenOf, upload, waitForEncodings } from "./people.mjs";
import { arrive, browse, pageOver, PHONE } from "./visitor.mjs";

const [address, signIns, patience_s] = process.argv.slice(2);
const LINK = { kbit_s: 50, latency_ms: 600 };
const PATIENCE_MS = 180_000;

const WORDS = "高原病的早期识别与转运：先休息，测血氧饱和度，低于 80% 立即吸氧并准备下撤。";

/** Runs in the page: slides with a picture as large as a camera's on each. */
function slides([count, words]) {
  const noisy = (seed) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 900 });
    const pen = canvas.getContext("2d");
    for (let i = 0; i < 4000; i++) {
      pen.fillStyle = `hsla(${(seed * 37 + i * 7) % 360}, 50%, ${30 + ((i * 13) % 50)}%, .5)`;
      pen.fillRect((i * 997 * seed) % 1600, (i * 613) % 900, 20 + (i % 90), 20 + (i % 70));
    }
    return canvas.toDataURL("image/jpeg", 0.95);
  };
  const one = (_, i) => `<section><h1>${i + 1}. ${words}</h1><ul><li>${words}</li><li>${words}</li></ul><img src="${noisy(i + 1)}"></section>`;
  document.body.innerHTML = `<style>@page { size: 13.33in 7.5in; margin: 0 } body { margin: 0; font: 22pt sans-serif }
    section { height: 7.5in; padding: .5in; box-sizing: border-box; page-break-after: always; overflow: hidden }
    img { width: 5in } </style>${Array.from({ length: count }, one).join("")}`;
}

function book([count, words]) {
  const one = (_, i) => `<section><h2>第 ${i + 1} 页</h2><p>${words.repeat(16)}</p></section>`;
  document.body.innerHTML = `<style>@page { size: A4 } section { page-break-after: always } p { font: 12pt/1.7 serif }</style>
    ${Array.from({ length: count }, one).join("")}`;
}

async function print(browser, draw, count) {
  const page = await browser.newPage();
  await page.evaluate(draw, [count, WORDS]);
  await page.waitForFunction(() => Array.from(document.images).every((one) => one.complete));
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  await page.close();
  return pdf;
}

/** A first visit, until the first page's picture stands there. */
async function visit(browser, path, token) {
  const context = await arrive(browser, address, token, PHONE);
  const { page, network } = await pageOver(context, LINK);
  let bytes = 0;
  network.on("Network.dataReceived", ({ encodedDataLength }) => (bytes += encodedDataLength));
  const begun = Date.now();
  await page.goto(`${address}${path}`, { waitUntil: "commit", timeout: PATIENCE_MS });
  const seen = () => {
    const first = document.querySelector(".sheet img");
    return first && first.complete && first.naturalWidth > 0;
  };
  await page.waitForFunction(seen, null, { polling: 50, timeout: PATIENCE_MS });
  const seen_ms = Date.now() - begun;
  const told = bytes;
  await context.close();
  return { seen_ms, bytes: told };
}

const manager = await tokenOf(address, peopleOf(signIns, "content-manager")[0]);
const learner = await tokenOf(address, peopleOf(signIns, "learner")[0]);
const browser = await browse();
const results = [];
for (const [name, draw, count] of [["deck of 60 slides", slides, 60], ["200-page document", book, 200]]) {
  const pdf = await print(browser, draw, count);
  const begun = Date.now();
  const resource = await upload(address, manager, pdf, "courseware.pdf");
  await waitForEncodings(address, manager, Number(patience_s));
  const made_ms = Date.now() - begun;
  const { pages } = await ask(address, manager, `resources/${resource}`);
  const taught = await teach(address, manager, resource);
  await taught.publish();
  const seen = await visit(browser, taught.path, learner);
  results.push({ name, original_bytes: pdf.length, pages: pages.length, first_bytes: pages[0].size_bytes, made_ms, ...seen });
}
await browser.close();
process.stdout.write(JSON.stringify(results));
