// No network: the page that says so, in three languages, and the way back. The link is a forwarder that can be cut.
import net from "node:net";
import { address, check, open, password } from "./browser.mjs";

const server = new URL(address);
const sockets = new Set();
let up = true;
let fetched = 0;
const link = net.createServer((near) => {
  if (!up) return near.destroy();
  near.on("data", (bytes) => (fetched += bytes.toString("latin1").split("GET /pkg/").length - 1));
  const far = net.connect(Number(server.port), server.hostname);
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      near.destroy();
      far.destroy();
    });
  }
  near.pipe(far).pipe(near);
});
await new Promise((ready) => link.listen(0, "127.0.0.1", ready));
const here = `http://127.0.0.1:${link.address().port}`;

function cut() {
  up = false;
  for (const socket of sockets) socket.destroy();
}

const browser = await open();
try {
  const context = await browser.newContext({ locale: "en" });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const signedIn = await context.request.post(`${here}/api/v1/sign-in`, { data: { login: "dolma", password } });
  check(signedIn.ok(), "dolma cannot sign in");
  await page.goto(`${here}/`);
  // It rules the pages that come after it is ready.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.goto(`${here}/me`);
  cut();
  await page.goto(`${here}/search?q=a`);
  for (const lang of ["zh-Hans-CN", "bo-CN", "en"]) {
    check(await page.locator(`section[lang="${lang}"] h1`).isVisible(), `nothing is said in ${lang}`);
  }
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector(".button")).borderRadius);
  check(styled !== "0px", "the offline page has lost its looks");
  check(!(await page.content()).includes("dolma"), "the offline page knows somebody");
  up = true;
  await page.locator('section[lang="en"] a.button').click();
  await page.waitForSelector("#q");
  check((await page.inputValue("#q")) === "a", "the way back leads elsewhere");

  // Whoever sits down next finds nothing of hers, and does not fetch again what is everybody's.
  const about = await context.request.get(`${here}/api/v1/resources/${process.env.MENPA_RESOURCE}`);
  const { progressive } = await about.json();
  const plays = (cache) => page.evaluate(([way, cache]) => fetch(way, { cache }).then(({ ok }) => ok), [progressive, cache]);
  check(await plays("default"), "the video does not play");
  check(await plays("force-cache"), "a browser keeps what she has played");
  await page.goto(`${here}/sign-in`);
  const before = fetched;
  await page.evaluate(() => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/sign-out" });
    document.body.append(form);
    form.submit();
  });
  await page.waitForURL(/sign-in$/);
  await page.reload();
  check(fetched === before, `${fetched - before} files are fetched again after signing out`);
  check(!(await plays("force-cache")), "her video plays for whoever comes next");
} finally {
  await browser.close();
  link.close();
  for (const socket of sockets) socket.destroy();
}
