// Opens Chromium for the browser stories.
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

export const address = process.env.MENPA_ADDRESS;
export const password = process.env.MENPA_PASSWORD;

export function open() {
  return chromium.launch({
    executablePath: process.env.MENPA_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--autoplay-policy=no-user-gesture-required"],
  });
}

/// A new profile, as on another device. Every error of the page's console is an error of the story, but for what the
/// story provokes.
export async function profile(browser, options = {}, provoked = null) {
  const context = await browser.newContext({ locale: "en", ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => { throw error; });
  page.on("console", (message) => {
    const text = message.text();
    if (provoked && provoked.test(text)) return;
    if (message.type() === "error" || text.includes("Could not find WASM function")) throw new Error(`console: ${text}`);
  });
  return page;
}

/// A profile in which somebody (or nobody) reads in a language; sign-in and choice go by requests, not by clicks.
export async function reader(browser, login, lang, options = {}) {
  const context = await browser.newContext(options);
  if (login) {
    const signedIn = await context.request.post(`${address}/api/v1/sign-in`, { data: { login, password } });
    check(signedIn.ok(), `${login} cannot sign in`);
  }
  await context.request.post(`${address}/language`, { form: { lang, here: "/" }, headers: { "sec-fetch-site": "same-origin" } });
  return context;
}

export async function signIn(page, login) {
  await page.goto(`${address}/sign-in`);
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', password);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL(`${address}/`);
}

export function check(truth, words) {
  if (!truth) throw new Error(words);
}

/// Asks the API as this page's person until the answer is as wanted. (Playwright's `waitForFunction` does not wait for
/// what an asynchronous function finds.)
export async function until(page, path, isRight, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await (await page.context().request.get(`${address}${path}`)).json();
    if (isRight(answer)) return answer;
    check(Date.now() < end, `${path} still answers ${JSON.stringify(answer)}`);
    await page.waitForTimeout(250);
  }
}
