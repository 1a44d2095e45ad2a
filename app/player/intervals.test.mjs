import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { Played, edge, total, union } = await load("intervals");

test("a union is idempotent and in order, whatever the order of its parts", () => {
  const cases = [
    [[], []],
    [[[5, 5]], []],
    [[[9, 3]], []],
    [[[10, 20], [0, 5]], [[0, 5], [10, 20]]],
    [[[0, 10], [10, 20]], [[0, 20]]],
    [[[0, 30], [10, 20]], [[0, 30]]],
    [[[0, 12], [10, 20], [0, 12]], [[0, 20]]],
  ];
  for (const [parts, whole] of cases) {
    assert.deepEqual(union(parts), whole);
    assert.deepEqual(union([...parts, ...whole].reverse()), whole);
  }
});

test("a union leaves its input alone", () => {
  const parts = [[0, 10], [5, 20]];
  union(parts);
  assert.deepEqual(parts, [[0, 10], [5, 20]]);
});

test("total adds lengths", () => assert.equal(total([[0, 5], [10, 20]]), 15));

test("the edge of the buffer crosses holes of a frame, not more", () => {
  assert.equal(edge([[0, 4], [4.1, 8]], 2), 8);
  assert.equal(edge([[0, 4], [4.5, 8]], 2), 4);
  assert.equal(edge([[0.08, 4]], 0), 4);
  assert.equal(edge([[10, 20]], 5), 5);
});

test("steady playing is one interval; a pause in it adds nothing", () => {
  const played = new Played(60000);
  for (let ms = 0; ms <= 3000; ms += 250) played.sample(ms, 1000 + ms, 1);
  played.sample(3000, 90000, 1);
  played.sample(3250, 90250, 1);
  assert.deepEqual(played.take(), [[0, 3250]]);
  assert.equal(played.position_ms, 3250);
});

test("what was taken is not taken again", () => {
  const played = new Played(60000);
  played.sample(0, 0, 1);
  played.sample(250, 250, 1);
  assert.deepEqual(played.take(), [[0, 250]]);
  assert.deepEqual(played.take(), []);
  played.sample(500, 500, 1);
  assert.deepEqual(played.take(), [[250, 500]]);
});

test("a seek splits, forward and backward", () => {
  const played = new Played(60000);
  played.sample(0, 0, 1);
  played.sample(1000, 1000, 1);
  played.split();
  played.sample(30000, 1100, 1);
  played.sample(31000, 2100, 1);
  played.split();
  played.sample(500, 2200, 1);
  played.sample(700, 2400, 1);
  assert.deepEqual(played.take(), [[0, 1000], [30000, 31000]]);
});

test("a jump nobody announced is not counted either", () => {
  const played = new Played(60000);
  played.sample(0, 0, 1);
  played.sample(20000, 250, 1);
  played.sample(20250, 500, 1);
  assert.deepEqual(played.take(), [[20000, 20250]]);
});

test("double speed counts media seconds, and no more than the speed allows", () => {
  const played = new Played(60000);
  played.sample(0, 0, 2);
  played.sample(4000, 2000, 2);
  played.sample(10000, 4000, 2);
  assert.deepEqual(played.take(), [[0, 4000]]);
});

test("nothing lies beyond the end of the lesson", () => {
  const played = new Played(1000);
  played.add([[0, 900]]);
  played.sample(900, 0, 1);
  played.sample(1040, 140, 1);
  assert.deepEqual(played.take(), [[0, 1000]]);
});
