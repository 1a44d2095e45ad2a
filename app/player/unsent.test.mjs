import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { abandoned, attempt, keep, settle, together } = await load("unsent");
const { asked, wait } = await load("courier");

const event = (id, from, to, more = {}) => ({
  id, lesson: "l1", intervals_ms: [[from, to]], position_ms: to, device_time: to, rate: 1, ...more,
});

test("an hour offline is one growing event, not hundreds", () => {
  let list = [];
  for (let i = 0; i < 240; i++) list = keep(list, event("e" + i, i * 15000, (i + 1) * 15000));
  assert.equal(list.length, 1);
  assert.deepEqual(list[0].event, event("e0", 0, 3600000));
});

test("an event that was tried never changes", () => {
  const list = attempt(keep([], event("e1", 0, 15000)));
  const after = keep(list, event("e2", 15000, 30000));
  assert.deepEqual(after.map((one) => [one.event.id, one.tried]), [["e1", true], ["e2", false]]);
  assert.deepEqual(after[0].event, event("e1", 0, 15000));
});

test("events grow only within their lesson and speed", () => {
  let list = keep([], event("e1", 0, 1));
  list = keep(list, event("e2", 0, 1, { lesson: "l2" }));
  list = keep(list, event("e3", 0, 1, { rate: 1.5 }));
  list = keep(list, event("e4", 5, 6));
  assert.deepEqual(list.map((one) => one.event.id), ["e1", "e2", "e3"]);
  assert.deepEqual(list[0].event.intervals_ms, [[0, 1], [5, 6]]);
});

test("one request holds five hundred events at most", () => {
  const list = Array.from({ length: 502 }, (_, i) => ({ tried: false, event: event("e" + i, i, i + 1) }));
  assert.deepEqual(attempt(list).map((one) => one.tried).lastIndexOf(true), 499);
  assert.equal(attempt(list).length, 502);
});

test("an event stops growing, and a request too, before the server would refuse them", () => {
  let list = [];
  for (let i = 0; i < 450; i++) list = keep(list, event("e" + i, i * 3000, i * 3000 + 1000));
  assert.deepEqual(list.map((one) => one.event.intervals_ms.length), [200, 200, 50]);
  const long = Array.from({ length: 60 }, () => list[0]);
  assert.equal(together(long), 25);
  assert.equal(attempt(long).filter((one) => one.tried).length, 25);
  const one = { tried: false, event: { ...event("e", 0, 1), intervals_ms: Array(9000).fill([0, 1]) } };
  assert.equal(together([one, one]), 1, "one always goes");
  assert.equal(together([]), 0);
});

test("a server that asks for rest is given it, an hour at most", () => {
  assert.equal(asked(null), 0);
  assert.equal(asked("30"), 30000);
  assert.equal(asked("86400"), 3600000);
  assert.equal(asked("Wed, 21 Oct 2026 07:28:00 GMT"), 0);
});

test("only what an answer names leaves the outbox", () => {
  const list = ["e1", "e2", "e3"].map((id) => ({ tried: true, event: event(id, 0, 1) }));
  const left = settle(list, [
    { event: "e1", receipt: 7, watched_ms: 1, completed: false },
    { event: "e2", refused: { kind: "clock", message: "too fast" }, watched_ms: 1, completed: false },
    { event: "e3", receipt: null, watched_ms: 1, completed: false },
  ]);
  assert.deepEqual(left.map((one) => one.event.id), ["e3"]);
});

test("another tab's sitting is sent once that tab has left, or is silent for a minute", () => {
  const sitting = { session: "s", at: 1000000, left: false, list: [] };
  assert.equal(abandoned(sitting, 1030000), false);
  assert.equal(abandoned({ ...sitting, left: true }, 1000001), true);
  assert.equal(abandoned(sitting, 1061000), true);
  assert.equal(abandoned(sitting, 900000), true, "the device's clock was set back");
});

test("a request waits until the clock rule lets it through", () => {
  assert.equal(wait(15000, 15000), 0);
  assert.equal(wait(10000, 0), 0);
  assert.equal(wait(30000, 0), 10000);
  assert.equal(wait(300000, Infinity), 0);
});
