// The learner's whole path without a single script: links, forms, and the browser's own video controls.
import { address, check, open, password, profile } from "./browser.mjs";

const browser = await open();
try {
  const page = await profile(browser, { javaScriptEnabled: false });
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${address}/`);
  await page.fill('input[name="login"]', "dolma");
  await page.fill('input[name="password"]', password);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.locator('main a[href^="/columns/"]').first().click();
  await page.locator('main a[href^="/courses/"]').first().click();
  await page.locator('main a[href*="/lessons/"]').first().click();
  check(await page.locator("#video[controls]").count() === 1, "the video has the browser's own controls");
  await page.locator("#video").focus();
  await page.keyboard.press("Space");
  for (let tries = 0; tries < 100 && !asked.some((path) => path.endsWith(".mp4")); tries += 1) {
    await page.waitForTimeout(100);
  }
  check(asked.some((path) => path.endsWith("-whole.mp4")), `it plays the progressive file; asked for ${asked.join(" ")}`);
  check(!asked.some((path) => /\.(js|wasm)$/.test(path)), "no script was fetched");
  await page.locator('form[action="/language"] button[value="bo"], form[action="/language"] [name="lang"][value="bo"]').first().click();
  check((await page.locator("html").getAttribute("lang")).startsWith("bo"), "the language changes and the page stays");
  await page.goto(`${address}/search?q=${encodeURIComponent("血压")}`);
  check(await page.locator('main a[href*="/lessons/"]').count() > 0, "search answers");
  await page.goto(`${address}/me`);
  await page.locator('form[action="/sign-out"] button[type="submit"]').first().click();
  await page.waitForURL(/\/sign-in/);
} finally {
  await browser.close();
}
