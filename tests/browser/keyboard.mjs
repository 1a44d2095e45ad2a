// Everything by keyboard alone: a learner signs in, studies and searches; a content manager makes a course and takes it
// back; an administrator assigns it and reads the report. What is reached has to show that it is.
import { address, check, open, password, profile } from "./browser.mjs";

const MOST_STEPS = 120;
const browser = await open();
try {
  await learner();
  await manager();
  await administrator();
} finally {
  await browser.close();
}

/// Presses Tab until `selector` has the focus, and looks whether a person could see it.
async function reach(page, selector) {
  for (let step = 0; step < MOST_STEPS; step++) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate((selector) => {
      const at = document.activeElement;
      if (!at || !at.matches(selector)) return null;
      const box = at.getBoundingClientRect();
      const style = getComputedStyle(at);
      const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return { ringed, shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 };
    }, selector);
    if (!there) continue;
    check(there.ringed, `${selector} shows no ring`);
    check(there.shown, `${selector} has the focus out of sight`);
    return;
  }
  check(false, `${selector} cannot be reached on ${page.url()}`);
}

async function press(page, selector, key = "Enter") {
  await reach(page, selector);
  await page.keyboard.press(key);
}

/// Presses, and waits for the page that it leads to.
async function go(page, selector, to) {
  await press(page, selector);
  await page.waitForURL(to);
  await page.waitForLoadState();
}

async function type(page, selector, text) {
  await reach(page, selector);
  await page.keyboard.type(text);
}

async function signIn(login) {
  // A refused form is answered with 422, and browsers note that in the console.
  const page = await profile(browser, { viewport: { width: 1000, height: 700 } }, /status of 422/);
  await page.goto(`${address}/sign-in`);
  await type(page, 'input[name="login"]', login);
  await type(page, 'input[name="password"]', password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${address}/`);
  return page;
}

async function learner() {
  const page = await signIn("dolma");
  await press(page, ".skip");
  await go(page, 'main .next-step a', /\/courses\//);
  await go(page, 'main a[href*="/lessons/"]', /\/lessons\//);
  await press(page, 'button[value="low"]');
  await page.waitForSelector('button[value="low"][aria-pressed="true"]');
  await press(page, "#video", " ");
  await page.waitForFunction(() => document.querySelector("#video").currentTime > 1);
  await press(page, "#lesson-keys summary");
  await page.keyboard.press("k");
  await page.waitForFunction(() => document.querySelector("#video").paused);
  await press(page, ".transcript summary");
  await press(page, '.transcript a[data-at="0"]');
  await page.waitForFunction(() => document.activeElement.id === "video");
  check(new URL(page.url()).search === "", "a time of the transcript loads another page");
  await page.waitForFunction(() => document.querySelector('.transcript li[aria-current="true"]'));
  await go(page, '.top-ways a[href="/search"]', /\/search/);
  await type(page, "#q", "血压");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await go(page, ".hit a", /\/courses\//);
  await go(page, '.top-ways a[href="/me"]', /\/me/);
  await press(page, 'button[lang="bo-CN"]');
  await page.waitForSelector('html[lang="bo-CN"]');
  check(new URL(page.url()).pathname === "/me", "another language leads to another page");
  await go(page, 'form[action="/sign-out"] button', /\/sign-in/);
  await page.context().close();
}

async function manager() {
  const page = await signIn("manager");
  await go(page, '.top-ways a[href="/studio"]', /\/studio$/);
  await go(page, '.tabs a[href="/studio/columns"]', /\/columns$/);
  await type(page, 'input[name="title_en"]', "Skills");
  await type(page, 'input[name="slug"]', "no slug");
  await press(page, '#new button[type="submit"]');
  await page.waitForSelector('[name="slug"][aria-invalid="true"]');
  const told = await page.locator('[name="slug"]').getAttribute("aria-describedby");
  check(told && told.includes("problem"), "the problem is not tied to its field");
  await reach(page, 'input[name="slug"]');
  await page.keyboard.press("Control+A");
  await page.keyboard.type("skills-by-key");
  await press(page, '#new button[type="submit"]');
  await page.waitForSelector(".toast");
  await go(page, '.crumbs a[href="/studio"]', /\/studio$/);
  await go(page, 'a[href="/studio/courses/new"]', /\/new$/);
  await type(page, 'input[name="title_en"]', "By key");
  await press(page, 'main form[action="/studio/courses"] button[type="submit"]');
  await page.waitForURL(/\/studio\/courses\/[0-9a-f]{32}/);
  await go(page, '.crumbs a[href="/studio"]', /\/studio$/);
  await go(page, 'a[href="/studio/upload"]', /\/upload$/);
  await page.waitForFunction(() => window.menpaUpload !== undefined);
  const chooser = page.waitForEvent("filechooser");
  await press(page, 'form.upload input[type="file"]', " ");
  await (await chooser).setFiles(process.env.MENPA_CLIP);
  await press(page, 'form.upload button[type="submit"]');
  await page.waitForURL(/\/studio\/resources\/[0-9a-f]+/, { timeout: 60_000 });
  await retire(page);
  await page.context().close();
}

/// The question opens, is answered with Escape, gives the focus back; opens again, and is answered.
async function retire(page) {
  await page.goto(`${address}/studio`);
  await go(page, 'a[href="/studio/courses/' + process.env.MENPA_COURSE + '"]', /\/studio\/courses\//);
  const button = 'form[data-confirm] button';
  await press(page, button);
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  check(await page.evaluate((button) => document.activeElement.matches(button), button), "the focus is lost after the question");
  await page.keyboard.press("Enter");
  await press(page, 'dialog form[action$="/retire"] button');
  await page.waitForSelector('form[action$="/publish"]');
}

async function administrator() {
  const page = await signIn("admin");
  await go(page, '.top-ways a[href="/admin"]', /\/admin/);
  await reach(page, "#report-course");
  await go(page, 'main table a[href*="unit="]', /unit=/);
  await go(page, '.tabs a[href*="/admin/assignments"]', /assignments/);
  await reach(page, 'input[name="due"]');
  await page.keyboard.type("12312030");
  await press(page, '#new button[type="submit"]');
  await page.waitForSelector(".toast");
  await press(page, "form[data-confirm] button");
  await press(page, 'dialog form[action*="/revoke"] button');
  await page.waitForSelector("form[data-confirm]", { state: "detached" });
  await go(page, '.tabs a[href*="/admin/learners"]', /learners/);
  await go(page, 'main table a[href*="/admin/learners/"]', /learners\/[0-9a-f]/);
  await page.context().close();
}
