// Lessons are moved by dragging and by keys, without a new page; what happened is said aloud, and the server knows it.
import { address, check, open, profile, signIn } from "./browser.mjs";

const course = process.env.MENPA_COURSE;
const browser = await open();
try {
  const page = await profile(browser, { viewport: { width: 1000, height: 1400 } });
  await signIn(page, "manager");
  await page.goto(`${address}/studio/courses/${course}`);
  await page.waitForSelector(".grip");
  await byKeys(page);
  await byButton(page);
  await byDragging(page);
  await page.context().close();
  await withoutScripts();
} finally {
  await browser.close();
}

function titles(page) {
  return page.$$eval('[data-order="lessons"] .row-title', (links) => links.map((link) => link.textContent).join(""));
}

async function moved(page, expected) {
  await page.waitForFunction((expected) => {
    const links = document.querySelectorAll('[data-order="lessons"] .row-title');
    return Array.from(links, (link) => link.textContent).join("") === expected;
  }, expected);
  const known = await (await page.context().request.get(`${address}/api/v1/courses/${course}`)).json();
  const told = known.modules.flatMap(({ lessons }) => lessons.map(({ title }) => title.zh)).join("");
  check(told === expected, `the server says ${told}, the page ${expected}`);
}

function said(page, words) {
  return page.waitForFunction((words) => document.getElementById("order-said").textContent.includes(words), words);
}

async function byKeys(page) {
  check((await titles(page)) === "甲乙丙", "the lessons begin in another order");
  await page.focus('[data-order="lessons"] .row:nth-child(1) button[value="1"]');
  await page.keyboard.press("ArrowDown");
  await moved(page, "乙甲丙");
  await said(page, "甲 is now number 2 of 3");
  await page.keyboard.press("ArrowDown");
  await moved(page, "乙丙甲");
  const focused = await page.evaluate(() => document.activeElement.closest(".row").querySelector(".row-title").textContent);
  check(focused === "甲", `the focus is at ${focused}`);
}

async function byButton(page) {
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await moved(page, "乙甲丙");
  await said(page, "甲 is now number 2 of 3");
}

async function byDragging(page) {
  const grip = await page.locator('[data-order="lessons"] .row:nth-child(3) .grip').boundingBox();
  const first = await page.locator('[data-order="lessons"] .row:nth-child(1)').boundingBox();
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(grip.x + grip.width / 2, first.y + 8, { steps: 8 });
  await page.mouse.up();
  // What was dropped stands there before the server knows.
  await said(page, "丙 is now number 1 of 3");
  await moved(page, "丙乙甲");
  await drag(page, "Escape");
  check((await titles(page)) === "丙乙甲", "Escape does not put it back");
}

async function drag(page, key) {
  const grip = await page.locator('[data-order="lessons"] .row:nth-child(1) .grip').boundingBox();
  await page.mouse.move(grip.x + 5, grip.y + 20);
  await page.mouse.down();
  await page.mouse.move(grip.x + 5, grip.y + 300, { steps: 5 });
  await page.keyboard.press(key);
  await page.mouse.up();
}

async function withoutScripts() {
  const page = await profile(browser, { javaScriptEnabled: false });
  await signIn(page, "manager");
  await page.goto(`${address}/studio/courses/${course}`);
  await page.click('[data-order="lessons"] .row:nth-child(1) button[value="1"]');
  await page.waitForURL(/done=saved/);
  check((await titles(page)) === "乙丙甲", "a plain form moves nothing");
}
