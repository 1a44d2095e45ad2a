// axe-core finds nothing to complain of, and nothing sticks out: every page, in three languages, at two widths, light and dark.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { address, check, open, reader } from "./browser.mjs";

const require = createRequire(path.join(process.cwd(), "package.json"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Whose pages, each by its address or by the links that lead there from the first.
const PAGES = [
  [null, ["/sign-in", "/nothing-here", "/offline"]],
  ["dolma", ["/", ["/", "/columns/"], ["/", "/courses/"], ["/", "/courses/", "/lessons/"], "/search", `/search?q=${encodeURIComponent("血压")}`, "/me", "/studio"]],
  ["manager", ["/studio", ["/studio", "/studio/courses/0"], ["/studio", "/studio/resources/0"], ["/studio", "/studio/resources/0", "/captions/zh"], "/studio/upload", "/studio/resources", "/studio/resources/selection", "/studio/resources/selection/preview?act=encode", "/studio/resources/sheet", "/studio/columns", "/studio/terms", "/studio/review-by", ["/studio", "/studio/courses/0", "/revisions"], ["/studio", "/studio/courses/0", "/edit"], ["/studio", "/studio/courses/0", "/lessons/0"], "/studio/courses/new", "/studio/jobs", "/studio/parts"]],
  ["admin", ["/admin/assignments"]],
  ["root", ["/admin", "/admin/assignments", "/admin/learners", ["/admin/learners", "/admin/learners/0"]]],
];
const LOOKS = [
  { width: 360, colorScheme: "light" },
  { width: 1280, colorScheme: "light" },
  { width: 360, colorScheme: "dark" },
];

const found = new Set();
const browser = await open();
try {
  for (const lang of ["zh", "bo", "en"]) {
    for (const look of LOOKS) {
      for (const [login, pages] of PAGES) await visit(lang, look, login, pages);
    }
  }
} finally {
  await browser.close();
}
check(found.size === 0, [...found].join("\n"));

async function visit(lang, { width, colorScheme }, login, pages) {
  const context = await reader(browser, login, lang, { viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  for (const way of pages) {
    await follow(page, [way].flat());
    const spoken = await page.locator("html").getAttribute("lang");
    // The offline page speaks all three at once.
    check(spoken.startsWith(lang) || way === "/offline", `${way} is not in ${lang}`);
    for (const what of await complaints(page)) found.add(`${lang} ${width} ${colorScheme} ${way}: ${what}`);
  }
  await context.close();
}

async function follow(page, [first, ...links]) {
  await page.goto(`${address}${first}`);
  for (const link of links) {
    const href = await page.locator(`a[href*="${link}"]`).first().getAttribute("href");
    await page.goto(new URL(href, page.url()).href);
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
}

async function complaints(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), RULES);
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(" ")}`));
  if (await page.evaluate(openDialog)) {
    const { violations } = await page.evaluate((runOnly) => window.axe.run("dialog[open]", { runOnly }), RULES);
    told.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} in the dialog at ${node.target.join(" ")}`)));
    await page.keyboard.press("Escape");
  }
  const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
  return sticksOut ? [...told, "something sticks out at the side"] : told;
}

function openDialog() {
  const dialog = document.querySelector("dialog");
  if (dialog) dialog.showModal();
  return !!dialog;
}
