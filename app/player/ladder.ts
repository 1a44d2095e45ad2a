// Which rendition should be fetched next, and which of its segments?
import { mime, Rendition, Segment } from "./lesson";

/** What is known when the next stretch is chosen. */
export interface Situation {
  /** The rung last fetched, -1 before the first. */
  current: number;
  bits_per_second: number;
  /** What the other tracks need on the same link. */
  shared_bits_per_second: number;
  ahead_s: number;
  /** The picture has stood still since the last choice. */
  stalled: boolean;
  /** It stood still a short while ago: the measured speed was a promise not kept. */
  wary: boolean;
  save_data: boolean;
  /** Lines the picture has on the screen, in device pixels. */
  screen_lines: number;
}

const SAFETY = 0.75;
const AMPLE = 3;
const HEALTHY_S = 10;
const ENOUGH_S = 3;
const LOW_S = 12;

/** The dearest rung the link carries and the screen can show. `rungs` is sorted by bits. */
function affordable(rungs: Rendition[], now: Situation): number {
  let best = 0;
  for (let i = 1; i < rungs.length; i++) {
    const shown = (rungs[i - 1].height || 0) < now.screen_lines;
    if (shown && need(rungs[i], now) <= now.bits_per_second * SAFETY) best = i;
  }
  return best;
}

function need(rung: Rendition, now: Situation): number {
  return rung.bits_per_second + now.shared_bits_per_second;
}

/** The rung for the next stretch: cheapest first, up only from a healthy buffer. */
export function choose(rungs: Rendition[], now: Situation): number {
  if (now.save_data || now.current < 0) return 0;
  const best = affordable(rungs, now);
  if (now.stalled) return Math.min(best, Math.max(0, now.current - 1));
  if (best < now.current) return now.ahead_s < LOW_S ? best : now.current;
  if (now.wary) return now.current;
  const ample = need(rungs[best], now) * AMPLE <= now.bits_per_second;
  return now.ahead_s >= (ample ? ENOUGH_S : HEALTHY_S) ? best : now.current;
}

/** Rungs this browser plays, cheapest first, all of the cheapest one's codec. */
export function rungs(list: Rendition[], kind: string, playable: (type: string) => boolean): Rendition[] {
  const fit = list
    .filter((one) => one.kind === kind && one.segments.length && playable(mime(one)))
    .sort((a, b) => a.bits_per_second - b.bits_per_second);
  return fit.filter((one) => family(one) === family(fit[0]));
}

function family(one: Rendition): string {
  return one.codecs.split(".")[0];
}

/** Media may end a few frames before its index says so. */
const SHORT_MS = 250;

/** The first segment that reaches beyond `edge_s`, a bit further where a buffer ends there; -1 after the last. */
export function segmentAt(segments: Segment[], edge_s: number, buffered: boolean): number {
  const edge = edge_s * 1000;
  return segments.findIndex(([start, duration]) => {
    return start + duration > edge + (buffered ? Math.min(SHORT_MS, duration / 2) : 0);
  });
}

/** The last segment of the stretch to ask for at once: neighbors, up to `most_ms` in all. */
export function stretch(segments: Segment[], first: number, most_ms: number): number {
  let last = first;
  let ms = segments[first][1];
  for (let i = first + 1; i < segments.length; i++) {
    const [, duration, offset] = segments[i];
    ms += duration;
    if (ms > most_ms || offset !== segments[i - 1][2] + segments[i - 1][3]) break;
    last = i;
  }
  return last;
}
