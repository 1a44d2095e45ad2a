// Opens the pages of a learner in Chromium, twice each, and counts the bytes that came over the wire.
// Arguments: address, sign-ins (login, role, password by tabs), how long to wait for the encodings in seconds.
import { firstLesson, peopleOf, tokenOf, waitForEncodings } from "./people.mjs";
import { arrive, browse, pageOver } from "./visitor.mjs";

const [address, signIns, patience] = process.argv.slice(2);

async function view(context, path) {
  const { page, network } = await pageOver(context);
  const kinds = new Map();
  const bytes = { all: 0, html: 0 };
  network.on("Network.responseReceived", (event) => kinds.set(event.requestId, event));
  network.on("Network.loadingFinished", (event) => {
    const known = kinds.get(event.requestId);
    if (!known || ["Image", "Media"].includes(known.type) || /\.wasm$/.test(known.response.url)) return;
    if (known.response.fromDiskCache) return;
    bytes.all += event.encodedDataLength;
    if (known.type === "Document") bytes.html += event.encodedDataLength;
  });
  await page.goto(`${address}${path}`, { waitUntil: "networkidle" });
  await page.close();
  return bytes;
}

await waitForEncodings(address, await tokenOf(address, peopleOf(signIns, "content-manager")[0]), Number(patience));
const learner = await tokenOf(address, peopleOf(signIns, "learner")[0]);
const paths = { home: "/", ...(await firstLesson(address, learner)) };
const browser = await browse();
const cookie = `menpa_session=${learner}`;
const pages = [];
for (const [name, path] of Object.entries(paths)) {
  const context = await arrive(browser, address, learner);
  const first = await view(context, path);
  const repeat = await view(context, path);
  pages.push({ name, path, first: first.all, html: first.html, repeat: repeat.all });
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify({ cookie, pages }));
