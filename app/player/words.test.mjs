import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { minutes, say } = await load("words");

test("places are filled, unknown places stay visible", () => {
  assert.equal(say("回执 {receipt} · {watched}", { receipt: 17, watched: "03:20" }), "回执 17 · 03:20");
  assert.equal(say("{count} {nothing}", { count: 0 }), "0 {nothing}");
});

test("times read as minutes, from an hour on as hours", () => {
  assert.equal(minutes(0), "00:00");
  assert.equal(minutes(200999), "03:20");
  assert.equal(minutes(3800000), "1:03:20");
});
