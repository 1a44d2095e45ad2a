import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { choose, rungs, segmentAt, stretch } = await load("ladder");

const rung = (name, bits_per_second, height, codecs = "avc1.4d401e") => ({
  name, bits_per_second, height, codecs, kind: "video", segments: [[0, 1, 0, 1]],
});
const LADDER = [rung("240p", 50000, 240), rung("480p", 200000, 480), rung("720p", 600000, 720)];
const now = (more) => ({
  current: 0, bits_per_second: 0, shared_bits_per_second: 30000, ahead_s: 20,
  stalled: false, wary: false, save_data: false, screen_lines: 1080, ...more,
});

test("the choice of a rung", () => {
  const cases = [
    ["starts on the cheapest, however fast the link", { current: -1, bits_per_second: 1e7 }, 0],
    ["stays while nothing is measured", {}, 0],
    ["goes up with a healthy buffer", { bits_per_second: 400000 }, 1],
    ["does not go up with a thin buffer", { bits_per_second: 400000, ahead_s: 5 }, 0],
    ["goes up early on a link with ample room", { bits_per_second: 2e6, ahead_s: 4 }, 2],
    ["may go up several rungs", { bits_per_second: 1e6 }, 2],
    ["keeps a margin, the sound counted", { bits_per_second: 300000 }, 0],
    ["holds its rung while the buffer lasts", { current: 2, bits_per_second: 100000, ahead_s: 30 }, 2],
    ["goes down before the buffer is dry", { current: 2, bits_per_second: 100000, ahead_s: 8 }, 0],
    ["goes down on a stall though the measure says otherwise", { current: 2, bits_per_second: 1e7, stalled: true }, 1],
    ["goes down as far as needed on a stall", { current: 2, bits_per_second: 60000, stalled: true }, 0],
    ["cannot go below the cheapest", { current: 0, stalled: true }, 0],
    ["does not go up soon after a stall", { current: 0, bits_per_second: 1e7, wary: true }, 0],
    ["stays cheapest when the person saves data", { current: 1, bits_per_second: 1e7, save_data: true }, 0],
    ["buys no more lines than the screen shows", { bits_per_second: 1e7, screen_lines: 400 }, 1],
  ];
  for (const [what, more, expected] of cases) assert.equal(choose(LADDER, now(more)), expected, what);
});

test("a ladder holds what the browser plays, cheapest first, one codec", () => {
  const list = [LADDER[2], rung("a", 40000, 240, "av01.0.00M.08"), LADDER[0], { ...LADDER[0], kind: "audio" }];
  const names = (playable) => rungs(list, "video", playable).map((one) => one.name);
  assert.deepEqual(names(() => true), ["a"]);
  assert.deepEqual(names((type) => type === 'video/mp4; codecs="avc1.4d401e"'), ["240p", "720p"]);
  assert.deepEqual(names(() => false), []);
});

const SEGMENTS = [[0, 2000, 800, 100], [2000, 2000, 900, 100], [4000, 8000, 1000, 400], [12000, 8000, 2000, 400]];

test("the next segment is the first that reaches beyond the buffer", () => {
  const cases = [[0, 0], [1.5, 0], [1.9, 1], [2, 1], [3.99, 2], [11, 2], [11.95, 3], [19.9, -1], [25, -1]];
  for (const [edge_s, index] of cases) assert.equal(segmentAt(SEGMENTS, edge_s, true), index, String(edge_s));
  assert.equal(segmentAt(SEGMENTS, 1.95, false), 0, "where nothing is buffered every frame is missing");
});

test("a stretch joins neighbors up to its length and never crosses a hole in the file", () => {
  assert.equal(stretch(SEGMENTS, 0, 10000), 1);
  assert.equal(stretch(SEGMENTS, 0, 20000), 2);
  assert.equal(stretch(SEGMENTS, 2, 1000), 2);
  assert.equal(stretch(SEGMENTS, 2, 60000), 2);
});
