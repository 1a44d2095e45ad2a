// Captions are mended beside the video: the keys, the line that is being said, a new line, and nothing lost by leaving.
import { address, check, open, reader } from "./browser.mjs";

const where = `${address}/studio/resources/${process.env.MENPA_RESOURCE}/captions/zh`;
const browser = await open();
try {
  const context = await reader(browser, "manager", "en");
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => { throw error; });
  await page.goto(where);
  await page.waitForFunction(() => document.querySelector("#video").readyState >= 1 && !document.querySelector("#keys").hidden);
  const at = () => page.evaluate(() => document.querySelector("#video").currentTime);
  const to = (seconds) => page.evaluate((seconds) => new Promise((done) => {
    const video = document.querySelector("#video");
    video.addEventListener("seeked", () => done(), { once: true });
    video.currentTime = seconds;
  }), seconds);

  // The video goes to the line that is worked on.
  await page.locator('[name="text_1"]').focus();
  await page.waitForFunction(() => Math.abs(document.querySelector("#video").currentTime - 5) < 0.2);
  await page.keyboard.press("Alt+KeyJ");
  await page.waitForFunction(() => Math.abs(document.querySelector("#video").currentTime - 3) < 0.2);
  await to(1.25);
  await page.keyboard.press("Alt+KeyI");
  check((await page.inputValue('[name="from_1"]')) === "00:00:01.250", "the line does not begin here");
  await to(2.5);
  await page.keyboard.press("Alt+KeyO");
  check((await page.inputValue('[name="to_1"]')) === "00:00:02.500", "the line does not end here");
  await page.keyboard.press("Alt+KeyK");
  await page.waitForFunction(() => !document.querySelector("#video").paused);
  await page.keyboard.press("Alt+KeyK");
  await page.waitForFunction(() => document.querySelector("#video").paused);
  await to(1.5);
  await page.waitForSelector('.cue.said [name="text_1"]');

  // A line behind this one, and all of it kept.
  const rows = await page.locator(".cue").count();
  await page.keyboard.press("Alt+Enter");
  check((await page.locator(".cue").count()) === rows + 1, "there is no new line");
  await page.keyboard.type("新的一句");
  await page.click('#cues button[type="submit"]');
  await page.waitForURL(/captions\/zh/);
  await page.waitForSelector(".toast");
  const kept = await (await context.request.get(`${address}/media/${process.env.MENPA_RESOURCE}/captions/zh.vtt`)).text();
  check(kept.includes("00:00:01.250 --> 00:00:02.500\n血压"), kept);
  check(/00:00:01\.5\d\d --> 00:00:03\.5\d\d\n新的一句/.test(kept), kept);
  check(kept.includes("袖带与心脏平齐"), kept);

  // Whoever leaves with something unsaved is asked.
  await page.fill('[name="text_0"]', "改了一半");
  const asked = page.waitForEvent("dialog");
  page.goto(`${address}/studio`).catch(() => {});
  const dialog = await asked;
  check(dialog.type() === "beforeunload", dialog.type());
  await dialog.dismiss();
  check((await page.inputValue('[name="text_0"]')) === "改了一半", "what was typed is lost");
  check((await at()) >= 0, "the video is gone");
} finally {
  await browser.close();
}
