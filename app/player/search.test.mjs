import assert from "node:assert/strict";
import test, { after } from "node:test";
import { openSearch } from "./fixture/search.mjs";
import { makeWorld } from "./fixture/world.mjs";

const world = await makeWorld();
after(() => world.close());

const ITEMS = [{ text: "高血压" }, { text: "量准血压", at: "/courses/c1" }, { text: "ཁྲག་ཤེད།" }, { text: "blood pressure" }];

const opens = (t, answer = () => ITEMS, prepare = () => {}) => openSearch(world, t, answer, prepare);

/** Nothing waits for a clock that stands; `page.clock.runFor` moves it. */
async function stopClock(page) {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000);
}

/** All at once: letter by letter, a slow machine would ask in between. */
async function writes(page, text) {
  await page.focus("#q");
  await page.keyboard.insertText(text);
}

const options = (page) => page.evaluate(() => Array.from(document.querySelectorAll("#suggestions li"), (one) => one.textContent));
const shows = (page, text) => page.waitForFunction((text) => document.getElementById("suggestions").textContent.includes(text), text);
const closed = (page) => page.waitForFunction(() => q.getAttribute("aria-expanded") === "false" && suggestions.hidden && !suggestions.children.length);
const chosen = (page) =>
  page.evaluate(() => {
    const marked = Array.from(document.querySelectorAll("#suggestions [aria-selected=true]"), (one) => one.id);
    return [q.getAttribute("aria-activedescendant"), ...marked];
  });
const leadsTo = (page, site, path) => page.waitForURL(new URL(path, site.address).href);
const searched = (text) => "/search?q=" + encodeURIComponent(text);

test("an answer becomes options, each in its language", async (t) => {
  const said = [];
  const { page, asked } = await opens(t, (_, request) => said.push(request.headers().accept) && [...ITEMS, { text: "𠮷" }]);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY", "the focus stays where it is");
  await closed(page);
  await writes(page, "gao");
  await shows(page, "blood");
  assert.deepEqual(asked, ["gao"], "one question after the pause");
  assert.deepEqual(said, ["application/json"]);
  const list = await page.evaluate(() => ({
    after: suggestions.previousElementSibling.className,
    role: suggestions.getAttribute("role"),
    name: suggestions.getAttribute("aria-label"),
    options: Array.from(suggestions.children, (one) => [one.id, one.getAttribute("role"), one.textContent, one.lang, one.className]),
    box: ["role", "aria-autocomplete", "aria-expanded", "aria-controls"].map((name) => q.getAttribute(name)),
  }));
  assert.deepEqual(list, {
    after: "search",
    role: "listbox",
    name: "Suggestions",
    options: [
      ["suggestion-0", "option", "高血压", "zh-Hans-CN", ""],
      ["suggestion-1", "option", "量准血压", "zh-Hans-CN", "goes"],
      ["suggestion-2", "option", "ཁྲག་ཤེད།", "bo", ""],
      ["suggestion-3", "option", "blood pressure", "en", ""],
      ["suggestion-4", "option", "𠮷", "zh-Hans-CN", ""],
    ],
    box: ["combobox", "list", "true", "suggestions"],
  });
});

test("arrows choose among the options and the words, and Enter opens what is chosen", async (t) => {
  const { site, page } = await opens(t);
  await writes(page, "gao");
  await shows(page, "blood");
  const nothing = [null];
  const option = (index) => ["suggestion-" + index, "suggestion-" + index];
  const moves = [["ArrowDown", option(0)], ["ArrowDown", option(1)], ["ArrowUp", option(0)], ["ArrowUp", nothing]];
  const round = [["ArrowUp", option(3)], ["ArrowDown", nothing], ["ArrowDown", option(0)], ["Home", nothing], ["ArrowDown", option(0)], ["End", nothing]];
  for (const [key, wanted] of [...moves, ...round]) {
    await page.keyboard.press(key);
    assert.deepEqual(await chosen(page), wanted, key);
  }
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await leadsTo(page, site, "/courses/c1");
});

test("what opens nothing is searched for", async (t) => {
  const { site, page } = await opens(t);
  await writes(page, "gao");
  await shows(page, "blood");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await leadsTo(page, site, searched("高血压"));
});

test("a press opens an option, and the box keeps the focus until then", async (t) => {
  const { site, page } = await opens(t);
  await writes(page, "gao");
  await shows(page, "blood");
  await page.hover("#suggestion-1");
  await page.mouse.down();
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.mouse.up();
  await leadsTo(page, site, "/courses/c1");
});

test("Enter alone sends the form, also after more words than were chosen from", async (t) => {
  const { site, page } = await opens(t);
  await writes(page, "gao");
  await shows(page, "blood");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("x");
  assert.deepEqual(await chosen(page), [null]);
  await page.keyboard.press("Enter");
  await leadsTo(page, site, "/search?q=gaox");
});

test("while a word is composed nothing is asked and no list is open", async (t) => {
  const { page, asked } = await opens(t, () => ITEMS, stopClock);
  const devtools = await page.context().newCDPSession(page);
  const compose = (text) => devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await writes(page, "bp");
  await page.clock.runFor(200);
  await shows(page, "blood");
  await page.keyboard.type(" ");
  await page.keyboard.type("a");
  for (const text of ["g", "gao", "gao xue"]) {
    await compose(text);
    await closed(page);
    await page.clock.runFor(10000);
  }
  await devtools.send("Input.insertText", { text: "高血" });
  await page.clock.runFor(200);
  await shows(page, "blood");
  assert.deepEqual(asked, ["bp", "bp a高血"]);
});

test("a keyboard on the screen, which composes every word, does not keep suggestions back", async (t) => {
  const touched = (page) =>
    page.addInitScript(() => {
      const real = matchMedia;
      window.matchMedia = (query) => (query === "(pointer: coarse)" ? { matches: true } : real.call(window, query));
    });
  const { page } = await opens(t, () => ITEMS, async (page) => (await stopClock(page), touched(page)));
  const devtools = await page.context().newCDPSession(page);
  await page.focus("#q");
  await devtools.send("Input.imeSetComposition", { text: "gao", selectionStart: 3, selectionEnd: 3 });
  await page.clock.runFor(200);
  await shows(page, "blood");
});

test("a word whose composition ends as the box is left is not asked about", async (t) => {
  const { page, asked } = await opens(t, () => ITEMS, stopClock);
  const devtools = await page.context().newCDPSession(page);
  await page.focus("#q");
  await devtools.send("Input.imeSetComposition", { text: "高血", selectionStart: 2, selectionEnd: 2 });
  await page.evaluate(() => q.blur());
  assert.equal(await page.evaluate(() => q.value), "高血");
  await page.clock.runFor(10000);
  await writes(page, "压");
  await page.clock.runFor(200);
  await shows(page, "blood");
  assert.equal(asked.length, 1);
});

test("one Latin letter says too little, one Tibetan or Chinese one enough", async (t) => {
  const { page, asked } = await opens(t, (text) => [{ text: "about " + text }], stopClock);
  for (const [text, wanted] of [["a", ["高"]], ["高", ["高"]], ["a ", ["高", "ཁ"]], ["ཁ", ["高", "ཁ"]]]) {
    await page.fill("#q", text);
    await page.clock.runFor(10000);
    if (text.trim() === "a") await closed(page);
    else await shows(page, "about " + text);
    assert.deepEqual(asked, wanted.slice(0, asked.length), text);
  }
  assert.deepEqual(asked, ["高", "ཁ"]);
});

test("deleting a letter costs nothing, nor does asking what is being asked", async (t) => {
  let send;
  const held = new Promise((resolve) => (send = resolve));
  const answer = async (text) => (text === "gaox" && (await held), [{ text: "about " + text }]);
  const { page, asked } = await opens(t, answer, stopClock);
  await writes(page, "gao");
  await page.clock.runFor(200);
  await shows(page, "about gao");
  const second = page.waitForRequest(/q=gaox$/);
  await page.keyboard.type("x");
  await page.clock.runFor(200);
  await second;
  await page.keyboard.type("y");
  await page.keyboard.press("Backspace");
  await page.clock.runFor(200);
  send();
  await shows(page, "about gaox");
  await page.keyboard.press("Backspace");
  await page.clock.runFor(1);
  assert.deepEqual(await options(page), ["about gao"]);
  assert.deepEqual(asked, ["gao", "gaox"]);
});

test("an old answer that comes late does not replace a newer one", async (t) => {
  let send;
  const held = new Promise((resolve) => (send = resolve));
  const answer = async (text) => (text === "gao" && (await held), [{ text: "about " + text }]);
  // Browsers of early 2018 cannot take a question back.
  const { page } = await opens(t, answer, (page) => page.addInitScript(() => delete window.AbortController));
  await page.evaluate(() => {
    window.history_of_list = [];
    new MutationObserver(() => window.history_of_list.push(suggestions.textContent)).observe(suggestions, { childList: true });
  });
  const first = page.waitForRequest(/q=gao$/);
  await writes(page, "gao");
  await first;
  await page.keyboard.type("x");
  await shows(page, "about gaox");
  const late = page.waitForEvent("requestfinished", (request) => request.url().endsWith("q=gao"));
  send();
  await late;
  await page.keyboard.type("y");
  await shows(page, "about gaoxy");
  assert.deepEqual(await page.evaluate(() => window.history_of_list.filter(Boolean)), ["about gaox", "about gaoxy"]);
});

test("a question that nobody waits for is taken back", async (t) => {
  const never = new Promise(() => {});
  const { page } = await opens(t, () => never);
  // The page that the form leads to is on its way.
  await page.route((url) => url.search === "?q=gao" && url.pathname === "/search", () => never);
  const ways = [() => page.keyboard.type("x"), () => page.keyboard.press("Escape"), () => page.evaluate(() => q.blur())];
  for (const leave of [...ways, () => page.keyboard.press("Enter")]) {
    await page.fill("#q", "");
    const asks = page.waitForRequest(/q=gao$/);
    await writes(page, "gao");
    const request = await asks;
    const ends = page.waitForEvent("requestfailed", (one) => one === request);
    await leave();
    await ends;
  }
});

for (const [what, status] of [["a lost link", 0], ["a server that fails", 500], ["an answer that is none", 200]]) {
  test(what + " leaves a form that works", async (t) => {
    const { site, page, asked } = await opens(t, (text) => (text === "gao" ? ITEMS : status));
    const wrong = [];
    page.on("pageerror", (error) => wrong.push(error));
    await writes(page, "gao");
    await shows(page, "blood");
    await page.keyboard.type("x");
    await closed(page);
    await page.keyboard.press("Backspace");
    await shows(page, "blood");
    await page.keyboard.type("x");
    await closed(page);
    assert.deepEqual([asked, wrong], [["gao", "gaox", "gaox"], []]);
    await page.click("button");
    await leadsTo(page, site, "/search?q=gaox");
  });
}

test("a hostile answer is text, and leads nowhere else", async (t) => {
  const text = "<img src=x onerror='document.title=1'>";
  const addresses = ["//evil.example/a", "/\\evil.example/a", "/\t/evil.example/a", "https://evil.example/a", "javascript:document.title=1"];
  const { site, page } = await opens(t, () => addresses.map((at) => ({ text, at })));
  for (const [index, at] of addresses.entries()) {
    await page.goto(site.address + "/search?q=");
    await writes(page, "gao");
    await shows(page, "<img");
    assert.deepEqual(await options(page), addresses.map(() => text));
    assert.equal(await page.evaluate(() => document.querySelectorAll("img, .goes").length), 0);
    await page.click("#suggestion-" + index);
    await leadsTo(page, site, searched(text));
    assert.equal(await page.title(), "search", at);
  }
});

test("more than six are not shown", async (t) => {
  const { page } = await opens(t, () => Array.from("123456789", (text) => ({ text })));
  await writes(page, "gao");
  await shows(page, "6");
  assert.equal((await options(page)).length, 6);
});

test("Escape closes the list and only then clears; leaving the box closes it too", async (t) => {
  const { page } = await opens(t);
  const value = () => page.evaluate(() => q.value);
  await writes(page, "gao");
  await shows(page, "blood");
  await page.keyboard.press("Escape");
  await closed(page);
  assert.equal(await value(), "gao");
  await page.keyboard.press("Escape");
  assert.equal(await value(), "");
  for (const leave of [() => page.keyboard.press("Tab"), () => page.evaluate(() => dispatchEvent(new Event("pagehide")))]) {
    await page.fill("#q", "");
    await writes(page, "gao");
    await shows(page, "blood");
    await leave();
    await closed(page);
  }
});

test("who saves data is asked nothing", async (t) => {
  const saves = () => Object.defineProperty(navigator, "connection", { value: { saveData: true } });
  const { site, page, asked } = await opens(t, () => ITEMS, (page) => page.addInitScript(saves));
  await writes(page, "gao");
  assert.deepEqual(await page.evaluate(() => [q.getAttribute("role"), document.querySelector("ul")]), [null, null]);
  await page.keyboard.press("Enter");
  await leadsTo(page, site, "/search?q=gao");
  assert.deepEqual(asked, []);
});
