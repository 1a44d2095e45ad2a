// Who decides what is fetched, when, and what happens when the link or the browser fails?
import { pairs } from "./intervals";
import { choose, rungs } from "./ladder";
import { Lesson, mime, Rendition } from "./lesson";
import { Meter } from "./link";
import { Host, Track } from "./track";
import { LINK_SPEED, store } from "./unsent";
import { say, show } from "./words";

declare global {
  interface Window {
    MediaSource?: typeof MediaSource;
    ManagedMediaSource?: typeof MediaSource;
  }
  interface Navigator {
    connection?: { saveData?: boolean };
  }
}

/** Less than this ahead and the link is at fault; with more, the browser is just busy. */
const DRY_S = 0.5;
const LOW_S = 12;
const GOAL_S = 40;
/** On a slow link no track may run away from the other with the bytes it needs. */
const LEAD_S = 2;
/** Bytes: a first picture takes 5 to 20 KB. */
const MOST_OF_A_PICTURE = 8192;
/** Short requests keep the choice open; on a tight link, long ones waste fewer round trips. */
const STRETCH_MS = 10000;
const LONG_STRETCH_MS = 20000;
const TIGHT = 3;
const WARY_MS = 30000;
/** Holes up to this are jumped over: a late first frame, a lost frame. */
const JUMP_S = 0.6;

/** The renditions this browser can play by Media Source Extensions; empty: it cannot. */
export function ladders(lesson: Lesson): Rendition[][] {
  const Source = window.MediaSource || window.ManagedMediaSource;
  if (!Source) return [];
  const { renditions } = lesson;
  const wanted = lesson.data_use === "sound" ? ["audio"] : ["video", "audio"];
  const found = wanted
    .filter((kind) => renditions.some((one) => one.kind === kind))
    .map((kind) => rungs(renditions, kind, (type) => Source.isTypeSupported(type)));
  // Sound without picture, or the reverse, is worse than the progressive file.
  return found.every((ladder) => ladder.length) ? found : [];
}

/** Feeds a video element from renditions, from the moment the person presses play. */
export class Stream implements Host {
  readonly meter = new Meter();
  private source: MediaSource & { streaming?: boolean };
  private address: string;
  private tracks: Track[] = [];
  private running = false;
  private dead = false;
  /** The picture stood still, or was about to, since the last choice of a rung. */
  private stalled = false;
  private stalled_at = -WARY_MS;
  private shown?: string;
  private waiting: (() => void)[] = [];

  constructor(
    private video: HTMLVideoElement,
    private lesson: Lesson,
    private ladders: Rendition[][],
  ) {
    const { MediaSource: Classic, ManagedMediaSource: Managed } = window;
    this.source = new (Classic || Managed!)();
    if (!Classic) video.disableRemotePlayback = true;
    this.address = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", () => this.open(), { once: true });
    this.source.addEventListener("startstreaming", () => this.wake());
    const on = (name: string, work: () => void) => video.addEventListener(name, () => this.dead || work());
    on("play", () => this.run());
    on("seeking", () => this.seek());
    on("timeupdate", () => this.wake());
    on("waiting", () => this.stall());
    on("error", () => this.fail(video.error && video.error.message));
    video.src = this.address;
  }

  at_s(): number {
    return this.video.currentTime;
  }

  mayFetch(track: Track): boolean {
    const ahead = this.ahead_s(track);
    const others = this.tracks.filter((one) => one !== track && !one.complete);
    const [first] = this.tracks;
    return (
      this.running &&
      this.source.streaming !== false &&
      // Nothing is shown without the first picture, and nothing is heard: on a slow link the sound would take half of
      // what it comes with. Asked for once most of it is there, the sound arrives just behind it.
      (track === first || first.complete || first.ahead_s() > 0 || (!!first.job && first.job.brought > MOST_OF_A_PICTURE)) &&
      ahead < GOAL_S &&
      others.every((one) => ahead <= this.ahead_s(one) + LEAD_S)
    );
  }

  pick(track: Track): number {
    const stalled = this.stalled && track === this.tracks[0];
    if (stalled) this.stalled = false;
    return choose(track.ladder, {
      current: track.rung,
      bits_per_second: this.meter.bits_per_second / this.rate(),
      shared_bits_per_second: this.tracks.reduce((sum, one) => sum + (one === track ? 0 : bits(one)), 0),
      ahead_s: this.ahead_s(track),
      stalled,
      wary: performance.now() - this.stalled_at < WARY_MS,
      save_data: this.lesson.data_use !== "auto" || !!(navigator.connection && navigator.connection.saveData),
      screen_lines: this.video.clientHeight * devicePixelRatio,
    });
  }

  stretch_ms(track: Track): number {
    const { bits_per_second } = this.meter;
    const need = this.tracks.reduce((sum, one) => sum + bits(one), 0) * this.rate();
    const tight = track === this.tracks[0] && !track.rung && bits_per_second && bits_per_second < need * TIGHT;
    return tight ? LONG_STRETCH_MS : STRETCH_MS;
  }

  changed(): Promise<void> {
    return new Promise((done) => this.waiting.push(done));
  }

  wake() {
    this.jump();
    this.foresee();
    this.announce();
    for (const done of this.waiting.splice(0)) done();
  }

  finished() {
    if (this.source.readyState === "open" && this.tracks.every((one) => one.complete)) this.source.endOfStream();
  }

  /** Goes on with the progressive file, at the same second. */
  fail(cause: unknown) {
    if (this.dead) return;
    this.dead = true;
    console.warn("Media Source playback failed, the progressive file takes over:", cause);
    const { video } = this;
    const [at, playing] = [video.currentTime, !video.paused];
    this.tracks.forEach((one) => one.stop());
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(this.address);
    startAt(video, at);
    if (playing) video.play().catch(() => {});
  }

  /** Seconds of the lesson that pass in one of the clock: a fast one needs more bits and drains the buffer sooner. */
  private rate(): number {
    return this.video.playbackRate || 1;
  }

  /** What is loaded ahead, in seconds of the clock. */
  private ahead_s(track: Track): number {
    return track.ahead_s() / this.rate();
  }

  private open() {
    try {
      this.tracks = this.ladders.map((ladder) => {
        return new Track(this, this.source.addSourceBuffer(mime(ladder[0])), ladder);
      });
      this.source.duration = this.lesson.duration_ms / 1000;
    } catch (cause) {
      return this.fail(cause);
    }
    const { paused } = this.video;
    this.tracks.forEach((one) => one.run(paused));
    this.run();
  }

  /** No picture and no sound is fetched before the person presses play. */
  private run() {
    if (!this.tracks.length || this.video.paused) return;
    this.running = true;
    this.wake();
  }

  private seek() {
    const at = this.at_s();
    this.tracks.forEach((one) => one.seek(at));
    this.wake();
  }

  /** The picture stands still: down at once, and say so. */
  private stall() {
    const { video, tracks } = this;
    const dry = tracks.some((one) => !one.complete && this.ahead_s(one) < DRY_S);
    if (this.running && this.shown && dry && !video.seeking) {
      const [track] = tracks;
      const lower = track.ladder[Math.max(0, track.rung - 1)];
      const { lost, stalled } = this.lesson.texts;
      show("play-state", say(navigator.onLine === false ? lost : stalled, { name: lower.name }));
      this.shown = "";
      this.stepDown(track);
    }
    this.wake();
  }

  /** A stretch that cannot arrive before the buffer is dry gives way to a cheaper one in time. */
  private foresee() {
    const [track] = this.tracks;
    if (!track || !track.job || !track.rung || this.stalled) return;
    const ahead = this.ahead_s(track);
    const comes = ((track.job.to - track.job.at) * 8) / this.meter.bits_per_second;
    if (ahead < LOW_S && comes > ahead && cheaper(track)) this.stepDown(track);
  }

  private stepDown(track: Track) {
    this.stalled = true;
    this.stalled_at = performance.now();
    if (track.rung > 0 && track.job && cheaper(track)) track.stop();
  }

  private announce() {
    const { video } = this;
    if (!this.tracks.length || video.readyState < 3 || video.paused) return;
    const name = this.tracks[0].nameAt(this.at_s());
    if (!name || name === this.shown) return;
    this.shown = name;
    store(LINK_SPEED, String(this.meter.bits_per_second | 0 || ""));
    show("play-state", say(this.lesson.texts.playing, { name }));
  }

  private jump() {
    const { video } = this;
    if (!this.running || !video.readyState || video.readyState > 2) return;
    const at = this.at_s();
    const next = pairs(video.buffered).find(([from, to]) => from > at && from <= at + JUMP_S && to > from + JUMP_S);
    if (next) video.currentTime = next[0];
  }
}

function bits(track: Track): number {
  return track.ladder[Math.max(0, track.rung)].bits_per_second;
}

/** Is the next lower rendition's segment smaller than what the present one still has to bring? */
function cheaper(track: Track): boolean {
  const lower = track.ladder[track.rung - 1];
  const index = track.next(lower.segments);
  return index >= 0 && lower.segments[index][3] < track.job!.to - track.job!.at;
}

/** Playback begins at `at_s`, now or as soon as the browser knows the media; loads nothing. */
export function startAt(video: HTMLVideoElement, at_s: number) {
  if (!at_s) return;
  video.currentTime = at_s;
  const check = () => {
    video.removeEventListener("loadedmetadata", check);
    if (Math.abs(video.currentTime - at_s) > 1) video.currentTime = at_s;
  };
  video.addEventListener("loadedmetadata", check);
}
