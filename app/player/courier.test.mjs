// In which order do sittings reach the server, and which of them have to wait?
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { Courier } = await loadInto({ localStorage: {}, navigator: { locks: { request: hold } } });
const { keep, Outbox } = await load("unsent");

/** Time is turned by hand: `timers` by their number, each `{work, at}`. */
const page = { now: 1e6, held: 0, posts: [], timers: new Map(), last: 0 };
performance.now = () => page.now;
globalThis.setTimeout = (work, ms) => page.timers.set(++page.last, { work, at: page.now + ms }) && page.last;
globalThis.clearTimeout = (number) => page.timers.delete(number);
globalThis.fetch = async (_, { body }) => {
  const { session, events } = JSON.parse(body);
  page.posts.push(session);
  const receipts = events.map((event) => ({ event: event.id, receipt: page.posts.length, watched_ms: 0, completed: false }));
  return { ok: true, status: 200, headers: { get: () => null }, json: async () => ({ receipts }) };
};

/** The courier, which finds these things where a browser has them. */
function loadInto(things) {
  Object.assign(globalThis, { window: globalThis, addEventListener() {} });
  for (const [name, value] of Object.entries(things)) Object.defineProperty(globalThis, name, { value, configurable: true });
  return load("courier");
}

async function hold(_, work) {
  page.held++;
  await work();
  page.held--;
}

/** A tab of its own sitting `own`, in a browser where nothing is unsent. */
function open() {
  for (const key of Object.keys(localStorage)) delete localStorage[key];
  Object.assign(page, { held: 0, posts: [], timers: new Map(), last: 0 });
  const outbox = new Outbox("p1");
  const courier = new Courier(outbox, "p1", "own", () => {});
  let id = 0;
  let at_ms = 0;
  const watch = (session, seconds, more = {}) => {
    const intervals_ms = [[at_ms, (at_ms += seconds * 1000)]];
    const event = { id: "e" + ++id, lesson: "l1", intervals_ms, position_ms: at_ms, device_time: at_ms, rate: 1 };
    outbox.change(session, (list) => keep(list, event), { session, at: Date.now(), left: false, ...more });
  };
  const later = (seconds) => {
    page.now += seconds * 1000;
    for (const [number, { work, at }] of [...page.timers]) if (at <= page.now && page.timers.delete(number)) work();
    return new Promise(setImmediate);
  };
  return { courier, outbox, watch, later };
}

const HOUR = 3600;

test("sittings that other tabs left are sent one after the other, without waiting", { timeout: 5000 }, async () => {
  const { courier, outbox, watch } = open();
  watch("morning", HOUR, { at: 1, left: true });
  watch("noon", HOUR, { at: 2, left: true });
  watch("open elsewhere", HOUR);
  await courier.send();
  assert.deepEqual(page.posts, ["morning", "noon"]);
  assert.equal(outbox.count(), 1);
});

test("an hour offline does not wait for the receipt of an older sitting", { timeout: 5000 }, async () => {
  const { courier, watch } = open();
  watch("morning", HOUR, { at: 1, left: true });
  watch("own", HOUR);
  await courier.send();
  assert.deepEqual(page.posts, ["own", "morning"]);
});

test("what the clock rule would refuse is sent later, and holds up nobody meanwhile", { timeout: 5000 }, async () => {
  const { courier, outbox, watch, later } = open();
  watch("own", 30);
  await courier.send();
  watch("own", 30);
  watch("noon", HOUR, { at: 2, left: true });
  await courier.send();
  assert.deepEqual([page.posts, page.held], [["own", "noon"], 0]);
  await later(9);
  assert.deepEqual([page.posts.length, outbox.count()], [2, 1]);
  watch("own", 4);
  await later(1.5);
  assert.deepEqual([page.posts.length, outbox.count()], [2, 1], "it has grown meanwhile");
  await later(10);
  assert.deepEqual([page.posts, outbox.count()], [["own", "noon", "own"], 0]);
});
