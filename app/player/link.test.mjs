import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./fixture/load.mjs";

const { Meter } = await load("link");
const near = (value, expected) => assert.ok(Math.abs(value / expected - 1) < 0.05, `${value} is not about ${expected}`);

test("a meter knows nothing before its first sample", () => {
  const meter = new Meter();
  meter.begin(0);
  meter.arrived(100, 100);
  assert.equal(meter.bits_per_second, 0);
});

test("two requests at once are one link", () => {
  const meter = new Meter();
  meter.begin(0);
  meter.begin(0);
  for (let ms = 100; ms <= 4000; ms += 100) meter.arrived(400, ms), meter.arrived(400, ms);
  near(meter.bits_per_second, 64000);
});

test("waiting for the first byte counts, a rest between requests does not", () => {
  const meter = new Meter();
  meter.begin(0);
  meter.arrived(8000, 1000);
  meter.end(1000);
  meter.begin(60000);
  meter.arrived(8000, 61000);
  near(meter.bits_per_second, 64000);
});

test("a meter falls fast and rises slowly", () => {
  const meter = new Meter();
  let now = 0;
  meter.begin(0);
  const run = (bytes, seconds) => {
    for (let i = 0; i < seconds * 2; i++) meter.arrived(bytes / 2, (now += 500));
  };
  run(100000, 20);
  near(meter.bits_per_second, 800000);
  run(10000, 4);
  const fallen = meter.bits_per_second;
  assert.ok(fallen < 300000, String(fallen));
  run(10000, 40);
  run(100000, 4);
  assert.ok(meter.bits_per_second < 500000, String(meter.bits_per_second));
});

test("a fast link is measured by bytes, without waiting half a second", () => {
  const meter = new Meter();
  meter.begin(0);
  meter.arrived(20000, 20);
  near(meter.bits_per_second, 8e6);
});
