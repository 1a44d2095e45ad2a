// A content manager picks on two pages and changes what she picked; pastes from a table program; sends many files at once.
import { address, check, open, profile, signIn } from "./browser.mjs";

const TABLE = `${address}/studio/resources`;
const browser = await open();
try {
  await without();
  const page = await profile(browser, { viewport: { width: 1000, height: 800 } });
  await signIn(page, "manager");
  await many(page);
  await pick(page);
  await paste(page);
} finally {
  await browser.close();
}

/// Without scripts the button that turns the page keeps the picks.
async function without() {
  const page = await profile(browser, { javaScriptEnabled: false });
  await page.goto(`${address}/sign-in`);
  await page.fill('input[name="login"]', "manager");
  await page.fill('input[name="password"]', process.env.MENPA_PASSWORD);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL(`${address}/`);
  await page.goto(`${TABLE}?kind=courseware&sort=title`);
  await page.locator('input[name="pick"]').first().check();
  await page.click('button[name="go"][value="next"]');
  await page.waitForURL(/after=/);
  await page.locator('input[name="pick"]').last().check();
  await page.click('button[name="go"][value="selection"]');
  await page.waitForURL(/selection$/);
  check((await page.locator("main .lead").innerText()).startsWith("2 "), "the picks of both pages are kept");
  await page.click('form[action="/studio/resources/selection"] button');
  await page.waitForURL(/done=/);
  await page.context().close();
}

/// Chooses many files; each goes out, and the table has them.
async function many(page) {
  await page.goto(`${address}/studio/upload`);
  await page.waitForFunction(() => window.menpaUpload !== undefined);
  await page.waitForLoadState("networkidle");
  const files = Array.from({ length: 5 }, (_, index) => ({
    name: `queued-${index}.pdf`, mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7 ${index}\n%%EOF\n`),
  }));
  await page.setInputFiles('form.upload input[type="file"]', files);
  await page.click('form.upload button[type="submit"]');
  await page.waitForSelector('.queue [data-state="arrived"]:nth-child(5)');
  await page.click('.queue a[href^="/studio/resources"]');
  await page.waitForURL(/mine=1/);
  check((await page.locator("main table").innerText()).includes("queued-4"), "what was sent is in the table");
}

/// With scripts a pick is kept at once, by keyboard, and the next page knows of it.
async function pick(page) {
  await page.goto(`${TABLE}?q=queued&sort=title`);
  const first = page.locator('input[name="pick"]').first();
  await first.focus();
  const kept = page.waitForResponse((answer) => answer.url().endsWith("/selection"));
  await page.keyboard.press("Space");
  check((await kept).ok(), "the pick is kept");
  await page.waitForFunction(() => /^1 /.test(document.querySelector("#picked").textContent));
  await page.goto(`${TABLE}?q=queued&sort=title`);
  check(await page.locator('input[name="pick"]').first().isChecked(), "the pick is there again");
  await page.click('button[name="go"][value="all"]');
  await page.waitForSelector(".toast");
  await page.click('button[name="go"][value="selection"]');
  await page.waitForURL(/\/selection$/);
  const line = page.locator("section", { has: page.locator("#deed-line") });
  await line.locator('input[name="value"]').fill("Dr. Pema");
  await line.locator("button").click();
  await page.waitForURL(/preview/);
  check((await page.locator("main").innerText()).includes("5 would change"), "the preview says how many");
  await page.click('form[action$="/selection/do"] button');
  check((await page.locator("main [role=status]").innerText()).includes("5 changed"), "all of them are changed");
}

/// Two rows of two cells, pasted into a cell, fill four; arrows and Enter move.
async function paste(page) {
  await page.goto(`${TABLE}/sheet`);
  const cell = (row, name) => page.locator(`[name="c_${row}_${name}"]`);
  check((await cell(0, "author").inputValue()) === "Dr. Pema", "the sheet shows what was said");
  await cell(0, "author").focus();
  await page.evaluate(() => {
    const copied = new DataTransfer();
    copied.setData("text/plain", "Dolma\tHospital\r\n\"Tashi\r\nand Pema\"\tClinic\r\n");
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: copied, bubbles: true, cancelable: true }));
  });
  check((await cell(1, "author").inputValue()) === "Tashi\nand Pema" && (await cell(1, "institution").inputValue()) === "Clinic", "the block fills its cells");
  await cell(0, "author").focus();
  await page.keyboard.press("Enter");
  check((await page.evaluate(() => document.activeElement.name)) === "c_1_author", "Enter goes down");
  await page.keyboard.press("ArrowRight");
  check((await page.evaluate(() => document.activeElement.name)) === "c_1_institution", "an arrow leaves at the edge");
  await cell(2, "review_by").fill("soon");
  await page.click('button[value="check"]');
  await page.waitForSelector('[name="c_2_review_by"][aria-invalid="true"]');
  check((await page.locator("main table.table").innerText()).includes("Dolma"), "what would change is shown");
  await page.click('button[value="save"]');
  await page.waitForSelector(".notice.good");
  check((await cell(2, "review_by").inputValue()) === "soon", "what was typed wrong is not lost");
  await page.goto(`${TABLE}/sheet`);
  check((await cell(0, "institution").inputValue()) === "Hospital", "it is saved");
}
