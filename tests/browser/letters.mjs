// Tibetan in a browser whose system has none of its letters: fetched where there is Tibetan, and only there.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { address, check, open, reader } from "./browser.mjs";

const fonts = path.join(process.env.MENPA_SCRATCH, "fonts.conf");
writeFileSync(fonts, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>/usr/share/fonts</dir><cachedir>${path.join(process.env.MENPA_SCRATCH, "fonts")}</cachedir>
<selectfont><rejectfont><glob>*Tibetan*</glob><glob>*Jomolhari*</glob><glob>*Uchen*</glob></rejectfont></selectfont></fontconfig>`);
process.env.FONTCONFIG_FILE = fonts;

const browser = await open();
try {
  const zh = await fetched("zh", "/");
  check(zh.has("tibetan-name") && zh.size === 1, `a Chinese page fetches ${[...zh]}`);
  const bo = await fetched("bo", "/");
  check(bo.has("tibetan") && !bo.has("tibetan-rare"), `a Tibetan page fetches ${[...bo]}`);
} finally {
  await browser.close();
}

/// Which of our fonts a page fetches; and none of its text may be boxes.
async function fetched(lang, at) {
  const context = await reader(browser, "dolma", lang);
  const page = await context.newPage();
  const found = new Set();
  page.on("request", (request) => {
    const font = /\/pkg\/([\w-]+)\.[0-9a-f]+\.woff2/.exec(request.url());
    if (font) found.add(font[1]);
  });
  await page.goto(`${address}${at}`, { waitUntil: "networkidle" });
  await page.evaluate(() => document.fonts.ready);
  const session = await context.newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  for (const part of lang === "bo" ? [".section h2", ".kicker", "footer p"] : []) {
    const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector: part });
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
    const others = await page.locator(part).first().evaluate((at) => at.textContent.replace(/[\u0f00-\u0fff]/g, "").length);
    const drawn = (ours) => fonts.filter((font) => font.isCustomFont === ours).reduce((sum, font) => sum + font.glyphCount, 0);
    // Spaces and figures are no Tibetan letters.
    check(drawn(true) > 0 && drawn(false) <= others, `${part} is drawn by ${JSON.stringify(fonts)}`);
  }
  await context.close();
  return found;
}
