// A content manager uploads and publishes, a learner watches on two devices, an administrator reads who has finished.
import { address, check, open, profile, signIn, until } from "./browser.mjs";

const browser = await open();
try {
  const resource = await upload();
  const course = await publish(resource);
  const lesson = await watch(course);
  await find(lesson);
  await report();
} finally {
  await browser.close();
}

/// Uploads by the island, which goes on to the page of the stages; gives the resource's path.
async function upload() {
  const page = await profile(browser);
  await signIn(page, "manager");
  await page.goto(`${address}/studio/upload`);
  await page.waitForFunction(() => window.menpaUpload !== undefined);
  await page.waitForLoadState("networkidle");
  await page.fill('input[name="title"]', "洗手示范");
  await page.selectOption('select[name="language"]', "zh");
  await page.setInputFiles('input[type="file"][name="file"]', process.env.MENPA_CLIP);
  await page.click('form.upload button[type="submit"]');
  await page.waitForURL(/\/studio\/resources\/[0-9a-f]+/);
  const path = new URL(page.url()).pathname;
  await until(page, `/api/v1${path.replace("/studio", "")}`, (resource) => resource.stage === "ready", 120_000);
  await page.waitForSelector("leptos-island .is-ready, leptos-island [data-stage='ready'], video", { timeout: 15_000 });
  await page.goto(`${address}${path}`);
  const adding = page.locator("form[action*='/captions#'], form[action$='/captions']").first();
  await page.locator("#captions details").first().evaluate((fold) => { fold.open = true; });
  await adding.locator('select[name="language"]').selectOption("zh");
  await adding.locator('input[type="file"]').setInputFiles(process.env.MENPA_CAPTIONS);
  await adding.locator('button[type="submit"]').click();
  await page.waitForSelector('a[href$="/captions/zh"]');
  await page.context().close();
  return path;
}

async function publish(resource) {
  const page = await profile(browser);
  await signIn(page, "manager");
  await page.goto(`${address}/studio/columns`);
  const column = page.locator('form[action^="/studio/columns#"]');
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
  await column.locator('input[name="slug"]').fill("skills");
  await column.locator('input[name="title_zh"]').fill("基本技能");
  await column.locator('button[type="submit"]').click();
  await page.goto(`${address}/studio/courses/new`);
  const course = page.locator('form[action^="/studio/courses"]');
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
  await course.locator('select[name="column"], input[name="column"]').first().waitFor();
  if (await course.locator('select[name="column"]').count()) await course.locator('select[name="column"]').selectOption({ index: 0 });
  await course.locator('input[name="title_zh"]').fill("手卫生");
  await course.locator('button[type="submit"]').click();
  await page.waitForURL(/\/studio\/courses\/[0-9a-f]{32}/);
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
  const lesson = page.locator('form[action*="/lessons"]');
  await lesson.locator('input[name="title_zh"]').fill("六步洗手法");
  await lesson.locator('select[name="resource"]').selectOption(resource.split("/").pop());
  await lesson.locator('button[type="submit"]').click();
  await page.waitForURL(/\/studio\/courses\/[0-9a-f]{32}/);
  await page.locator('form[action*="/publish"] button[type="submit"]').click();
  await page.waitForSelector('form[action*="/retire"]');
  const id = new URL(page.url()).pathname.split("/")[3];
  await page.context().close();
  return id;
}

/// Watches half, closes, resumes on another device, finishes; gives the lesson's path.
async function watch(course) {
  const phone = await profile(browser);
  await signIn(phone, "dolma");
  await phone.goto(`${address}/courses/${course}`);
  await phone.locator(`a[href^="/courses/${course}/lessons/"]`).first().click();
  await phone.waitForSelector("#video");
  const path = new URL(phone.url()).pathname;
  await play(phone, 9);
  await phone.locator("#video").evaluate((video) => video.pause());
  await phone.waitForFunction(() => /[1-9]/.test(document.querySelector("#receipt-state").textContent), null, { timeout: 20_000 });
  await until(phone, positionOf(path), (position) => position.watched_ms >= 8_000);
  await phone.context().close();

  const pc = await profile(browser);
  await signIn(pc, "dolma");
  await pc.goto(`${address}${path}`);
  const resumed = await pc.locator("#video").evaluate((video) => new Promise((begun) => {
    video.addEventListener("playing", () => begun(video.currentTime), { once: true });
    video.play();
  }));
  check(resumed >= 8 && resumed < 14, `resumed at ${resumed} s instead of about 9`);
  // And it goes on from there, without a look at the beginning.
  const later = await pc.locator("#video").evaluate((video) => new Promise((seen) => {
    const times = [];
    video.addEventListener("timeupdate", () => times.push(video.currentTime) > 3 && seen(times));
  }));
  check(later.every((time) => time >= resumed && time < resumed + 8), `resumed at ${resumed} s, then at ${later}`);
  await pc.waitForFunction(() => document.querySelector("#video").ended, null, { timeout: 60_000 });
  await until(pc, positionOf(path), (position) => position.completed);
  await pc.goto(`${address}${path}`);
  const said = await pc.locator("#receipt-state").textContent();
  check(/completed/i.test(said) && /\d/.test(said), `the page says ${said}`);
  await pc.context().close();
  return path;
}

async function play(page, seconds) {
  await page.locator("#video").evaluate((video) => video.play());
  await page.waitForFunction((seconds) => document.querySelector("#video").currentTime >= seconds, seconds, { timeout: 60_000 });
}

function positionOf(path) {
  return `/api/v1/lessons/${path.split("/").pop()}/position`;
}

/// Finds the lesson by a word that is only said in it.
async function find(lesson) {
  const page = await profile(browser);
  await signIn(page, "dolma");
  await page.goto(`${address}/search`);
  await page.locator('main form[action="/search"] input[name="q"], form[action="/search"] input[name="q"]').last().fill("拇指旋转");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
  const hit = page.locator(`a[href^="${lesson}?t="]`).first();
  check((await hit.getAttribute("href")).endsWith("t=15"), "the hit opens at its second");
  await page.context().close();
}

async function report() {
  const page = await profile(browser, { acceptDownloads: true });
  await signIn(page, "admin");
  await page.goto(`${address}/admin`);
  const text = await page.locator("main").innerText();
  check(text.includes("手卫生") && text.includes("Near clinic"), `the report says ${text}`);
  await page.locator('a[href*="/admin/learners"]').first().click();
  await page.waitForURL(/\/admin\/learners/);
  check((await page.locator("main").innerText()).includes("Learner dolma"), "her name is in the list of learners");
  await page.goto(`${address}/admin`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator('a[href*="format=csv"]').first().click(),
  ]);
  check(download.suggestedFilename().endsWith(".csv"), "the export is a CSV file");
  await page.context().close();
}
