// Which page is being read, and for how long? (an entry: pages of courseware)
import { Courier } from "./courier";
import { ServerClock } from "./clock";
import { Interval } from "./intervals";
import { Lesson } from "./lesson";
import { notices, uuid } from "./recorder";
import { keep, Outbox } from "./unsent";
import { Pages } from "./pages";
import { say } from "./words";

const TICK_MS = 1000;
const EVERY_MS = 15000;
/** A page is looked at for a minute at most; who has not moved for two has gone. */
const IDLE_MS = 120000;
/** Timers of a busy phone come late; those of a sleeping one much later. */
const MOST_STEP_MS = 3000;

/** What the page tells of a lesson that is read. */
interface Facts {
  lesson: string;
  person: string;
  now_ms: number;
  intervals_ms: Interval[];
  watched_ms: number;
  completed: boolean;
  receipt: number | string | null;
  page: number;
  /** How long each page takes to read, in ms. */
  pages: number[];
  texts: Lesson["texts"];
}

/** What waits until the first picture has come. */
const WAITING = "noscript.sheet-waits";

const sheets = Array.from(document.querySelectorAll<HTMLElement>(".sheet"));
const number = (sheet: HTMLElement) => +(sheet.dataset.page || 0);
const place = (id: string) => document.getElementById(id);

/** What was turned to stays in view until it is scrolled away: the last sheets cannot come up to the line. */
let pinned: { sheet: HTMLElement; at: number } | null = null;

/**
 * The sheet that stands across the line where eyes are: a third down the window; towards the end of the page the line goes
 * down, so that every sheet passes it.
 */
function inView(): HTMLElement {
  if (pinned && Math.abs(scrollY - pinned.at) < 3) return pinned.sheet;
  const rest = document.documentElement.scrollHeight - innerHeight - scrollY;
  const line = Math.max(innerHeight / 3, innerHeight - rest);
  return sheets.find((sheet) => sheet.getBoundingClientRect().bottom > line) || sheets[sheets.length - 1];
}

/** By its quoted name: a member of our own is called so too, and is renamed when the scripts are built (`build.mjs`). */
const isComplete = (picture: HTMLImageElement) => picture["complete"];

/** What has not arrived cannot be read. */
function hasArrived(sheet: HTMLElement): boolean {
  if (sheet.querySelector(WAITING)) return false;
  const picture = sheet.querySelector("img");
  return !picture || (isComplete(picture) && picture.naturalWidth > 0);
}

/** Lets the pictures come, as they are reached. */
function unfold() {
  document.querySelectorAll(WAITING).forEach((waiting) => (waiting.outerHTML = waiting.textContent || ""));
}

/** The picture that is looked at first has a slow link to itself. */
function unfoldAfterFirst() {
  const first = sheets[0].querySelector("img");
  if (!first || isComplete(first)) unfold();
  else ["load", "error"].forEach((name) => first.addEventListener(name, unfold));
}

function turnTo(sheet: HTMLElement) {
  sheet.scrollIntoView();
  const { top } = sheet.getBoundingClientRect();
  const bar = document.querySelector(".reader-bar");
  // Below the bar that stays; browsers without `scroll-margin-top` put it behind.
  const height = bar ? bar.getBoundingClientRect().height : 0;
  if (top < height) scrollBy(0, top - height);
  pinned = { sheet, at: scrollY };
}

/** Buttons and arrow keys; beyond the last page of this document, the next document. */
function turns() {
  const step = (by: number) => {
    const at = sheets.indexOf(inView());
    const next = sheets[at + by];
    if (next) {
      turnTo(next);
      // Where nothing scrolled, nothing else says so.
      dispatchEvent(new Event("scroll"));
      return;
    }
    const more = place("reader-more");
    const link = more && more.querySelector<HTMLAnchorElement>("a");
    if (by > 0 && link) link.click();
    else if (by < 0) turnTo(sheets[0]);
  };
  [["reader-previous", -1] as const, ["reader-next", 1] as const].forEach(([id, by]) => {
    const button = place(id);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => step(by));
  });
  const keys = place("reader-keys");
  if (keys) keys.hidden = false;
  document.addEventListener("keydown", (event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
    if (altKey || ctrlKey || metaKey || shiftKey || (target as Element).closest("input, select, textarea, dialog")) return;
    const by = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    if (!by) return;
    event.preventDefault();
    step(by);
  });
}

/** Says which page is in view. */
function tellPlace(pages: number) {
  const shown = place("reader-place");
  if (!shown) return;
  const tell = () => {
    const text = say(shown.dataset.text || "", { page: number(inView()), pages });
    if (shown.textContent !== text) shown.textContent = text;
  };
  let due = false;
  addEventListener("scroll", () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      tell();
    });
  }, { passive: true });
  tell();
}

function tellSeen(count: number) {
  const shown = place("reader-seen");
  const text = shown && say(shown.dataset.text || "", { count });
  if (shown && text && shown.textContent !== text) shown.textContent = text;
}

/** When the person last did something, by the browser's steady clock. */
function activity(): () => number {
  let at = performance.now();
  const seen = () => (at = performance.now());
  ["pointerdown", "pointermove", "touchstart", "keydown", "wheel", "scroll"].forEach((name) =>
    addEventListener(name, seen, { passive: true }),
  );
  return () => at;
}

/** Records what is read from now on. */
function record(facts: Facts) {
  const session = uuid();
  const read = new Pages(facts.pages, facts.intervals_ms);
  const clock = new ServerClock(facts.now_ms);
  const outbox = new Outbox(facts.person);
  const courier = new Courier(outbox, facts.person, session, notices(facts), (date) => clock.heard(date));
  const lastActive = activity();
  let ticked = performance.now();
  let closed = ticked;
  let left = false;

  const tick = () => {
    const now = performance.now();
    const step_ms = Math.min(now - ticked, MOST_STEP_MS);
    ticked = now;
    const sheet = inView();
    if (document.hidden || now - lastActive() > IDLE_MS || !hasArrived(sheet)) return;
    read.look(number(sheet), step_ms);
    tellSeen(read.count());
  };
  const close = () => {
    closed = performance.now();
    const intervals_ms = read.take();
    if (!intervals_ms.length) return;
    const event = { id: uuid(), lesson: facts.lesson, intervals_ms, position_ms: read.position_ms, device_time: clock.now(), rate: 1 };
    outbox.change(session, (list) => keep(list, event), { at: Date.now(), left });
  };
  const leave = () => {
    close();
    courier.sendLeaving();
  };

  setInterval(() => {
    tick();
    if (performance.now() - closed < EVERY_MS) return;
    close();
    courier.send();
  }, TICK_MS);
  document.addEventListener("visibilitychange", () => {
    // The time that a hidden page stood still is not reading.
    if (document.hidden) leave();
    else ticked = performance.now();
  });
  addEventListener("pagehide", () => {
    left = true;
    leave();
    outbox.change(session, (list) => list, { left });
  });
  addEventListener("pageshow", () => (left = false));
  courier.report([]);
  courier.send();
}

if (sheets.length) {
  const told = place("reading-state");
  const facts: Facts | null = told && JSON.parse(told.textContent || "");
  const shown = place("reader-place");
  const named = sheets.find((sheet) => "#" + sheet.id === location.hash);
  const start = named || (facts && !location.hash && sheets.find((sheet) => number(sheet) === facts.page));
  // Where another page is turned to, it and its neighbors come at once.
  if (start && (named || start !== sheets[0])) {
    unfold();
    turnTo(start);
  } else unfoldAfterFirst();
  turns();
  tellPlace(facts ? facts.pages.length : +((shown && shown.dataset.pages) || sheets.length));
  if (facts) record(facts);
}
