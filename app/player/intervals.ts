// Which stretches of the picture were truly played?

/** A stretch `[from, to]`; milliseconds in the ledger, seconds where a buffer is meant. */
export type Interval = [number, number];

/** The same ground without overlaps, in order; empty and backward stretches vanish. */
export function union(list: Interval[]): Interval[] {
  const out: Interval[] = [];
  for (const [from, to] of list.slice().sort((a, b) => a[0] - b[0])) {
    const last = out[out.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (to > from) out.push([from, to]);
  }
  return out;
}

export function total(list: Interval[]): number {
  return list.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** A browser's time ranges as plain pairs. */
export function pairs(ranges: TimeRanges): Interval[] {
  const out: Interval[] = [];
  for (let i = 0; i < ranges.length; i++) out.push([ranges.start(i), ranges.end(i)]);
  return out;
}

/** Encoders leave holes of a frame or two between segments; browsers play across them. */
const HOLE_S = 0.25;

/** Where the buffer that holds `at` ends, in seconds; `at` itself when it holds nothing. */
export function edge(buffered: Interval[], at: number): number {
  let end = at;
  for (const [from, to] of buffered) if (from <= end + HOLE_S && to > end) end = to;
  return end;
}

/** Timers and media clocks disagree by some hundred milliseconds on busy phones. */
const SLACK_MS = 500;

/** Turns samples of a playing picture into played stretches. */
export class Played {
  position_ms = 0;
  private runs: Interval[] = [];
  private last = -1;
  private sampled = 0;

  constructor(private duration_ms: number) {}

  /** Adds what the browser itself counted before anybody sampled. */
  add(list: Interval[]) {
    for (const [from, to] of list) this.push(from, to);
  }

  /** The picture stands at `media_ms` while a clock that never jumps shows `clock_ms`. */
  sample(media_ms: number, clock_ms: number, rate: number) {
    const moved = media_ms - this.last;
    if (this.last >= 0 && moved > 0 && moved <= (clock_ms - this.sampled) * rate + SLACK_MS) {
      this.push(this.last, media_ms);
    }
    this.last = this.position_ms = media_ms;
    this.sampled = clock_ms;
  }

  /** The picture jumped: what lies between is not played. */
  split() {
    this.last = -1;
  }

  /** What was played since the last call, in whole milliseconds. */
  take(): Interval[] {
    const taken = union(this.runs);
    this.runs = [];
    return taken;
  }

  private push(from: number, to: number) {
    const end = this.duration_ms || Infinity;
    this.runs = union([...this.runs, [Math.round(from), Math.round(Math.min(to, end))]]);
  }
}
