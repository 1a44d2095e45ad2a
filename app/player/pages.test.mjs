import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { Pages } = await load("pages");

test("a page fills its place on the line and no more", () => {
  const read = new Pages([4000, 10000, 4000], []);
  read.look(2, 3000);
  assert.deepEqual(read.take(), [[4000, 7000]]);
  read.look(2, 20000);
  read.look(2, 1000);
  assert.deepEqual(read.take(), [[7000, 14000]]);
  assert.equal(read.position_ms, 4000);
  read.look(1, 1999);
  assert.equal(read.count(), 1);
  read.look(1, 1);
  assert.equal(read.count(), 2);
  assert.deepEqual(read.take(), [[0, 2000]]);
  assert.deepEqual(read.take(), []);
});

test("what the server has is gone on from", () => {
  const read = new Pages([4000, 10000], [[0, 6000]]);
  assert.equal(read.count(), 1);
  read.look(1, 1000);
  read.look(2, 1000);
  assert.deepEqual(read.take(), [[6000, 7000]]);
});

test("a page that is not there counts nothing", () => {
  const read = new Pages([4000], []);
  read.look(0, 1000);
  read.look(2, 1000);
  assert.deepEqual(read.take(), []);
});
