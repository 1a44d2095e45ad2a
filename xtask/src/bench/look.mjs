// Opens the pages of a learner in Chromium, twice each, and counts the bytes that came over the wire.
// Arguments: address, sign-ins (login, role, password by tabs), how long to wait for the encodings in seconds.
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const [address, signIns, patience] = process.argv.slice(2);
const people = signIns.trim().split("\n").map((line) => line.split("\t"));
const passwordOf = (role) => people.find((person) => person[1] === role);

async function token(role) {
  const [login, , password] = passwordOf(role);
  for (;;) {
    try {
      const body = JSON.stringify({ login, password });
      const answer = await fetch(`${address}/api/v1/sign-in`, { method: "POST", body });
      return (await answer.json()).token;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function ask(token, what) {
  const answer = await fetch(`${address}/api/v1/${what}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.json();
}

async function waitForEncodings() {
  const manager = await token("content-manager");
  const until = Date.now() + Number(patience) * 1000;
  for (;;) {
    const jobs = (await ask(manager, "jobs")).items;
    if (jobs.some((job) => job.state === "failed")) throw new Error(`a job failed: ${JSON.stringify(jobs)}`);
    if (jobs.length > 0 && jobs.every((job) => job.state === "done")) return;
    if (Date.now() > until) throw new Error("the encodings took too long");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function view(context, path) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
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

await waitForEncodings();
const learner = await token("learner");
const course = (await ask(learner, "courses")).items[0].id;
const lesson = (await ask(learner, `courses/${course}`)).modules[0].lessons[0].id;
const paths = { home: "/", course: `/courses/${course}`, lesson: `/courses/${course}/lessons/${lesson}` };
const browser = await chromium.launch({
  executablePath: process.env.MENPA_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const cookie = `menpa_session=${learner}`;
const pages = [];
for (const [name, path] of Object.entries(paths)) {
  // What a service worker hands on would not be counted as coming over the wire.
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.addCookies([{ name: "menpa_session", value: learner, url: address }]);
  const first = await view(context, path);
  const repeat = await view(context, path);
  pages.push({ name, path, first: first.all, html: first.html, repeat: repeat.all });
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify({ cookie, pages }));
