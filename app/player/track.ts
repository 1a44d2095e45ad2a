// How do the bytes of one kind, picture or sound, get into the browser's buffer?
import { edge, Interval, pairs } from "./intervals";
import { segmentAt, stretch } from "./ladder";
import { Rendition, Segment } from "./lesson";
import { bring, Broken, Job, Meter } from "./link";

/** What a track must know of the whole. */
export interface Host {
  readonly meter: Meter;
  at_s(): number;
  mayFetch(track: Track): boolean;
  /** The rung for the next stretch. */
  pick(track: Track): number;
  /** How much one request may bring. */
  stretch_ms(track: Track): number;
  /** Something moved: time to look again. */
  changed(): Promise<void>;
  wake(): void;
  finished(): void;
  fail(cause: unknown): void;
}

/** Played seconds that stay for a small step back when the buffer is full. */
const BEHIND_S = 10;

export class Track {
  /** The rung last asked for, -1 before the first. */
  rung = -1;
  complete = false;
  job?: Job;
  /** What `job` brings, in seconds. */
  private loading: Interval = [0, 0];
  private head?: Job;
  /** The rendition whose beginning the buffer has read. */
  private initiated?: Rendition;
  private done?: { rung: number; index: number };
  private laid: [from: number, to: number, name: string][] = [];

  constructor(
    private host: Host,
    private buffer: SourceBuffer,
    readonly ladder: Rendition[],
  ) {
    buffer.addEventListener("error", () => host.fail(new Broken("unreadable media")));
  }

  edge_s(): number {
    return edge(pairs(this.buffer.buffered), this.host.at_s());
  }

  ahead_s(): number {
    return this.edge_s() - this.host.at_s();
  }

  /** The segment of a rendition that goes on where the buffer ends. */
  next(segments: Segment[]): number {
    return segmentAt(segments, this.edge_s(), this.ahead_s() > 0);
  }

  /** The rendition laid at a moment of the picture. */
  nameAt(at_s: number): string | undefined {
    const laid = this.laid.filter(([from, to]) => from <= at_s && at_s < to).pop();
    return laid && laid[2];
  }

  /** Gives up the stretch being fetched, unless it leads without a gap on from `at_s`. */
  seek(at_s: number) {
    this.done = undefined;
    const reached = edge(pairs(this.buffer.buffered), at_s);
    const [from, to] = this.loading;
    if (reached < from - 0.25 || at_s >= to) this.stop();
  }

  stop() {
    if (this.head) this.head.stop();
    if (this.job) this.job.stop();
  }

  /** `early`: nobody has pressed play yet, and the browser is only told what it will play. */
  async run(early: boolean) {
    try {
      if (early) await this.prepare();
      for (;;) await this.step();
    } catch (cause) {
      this.stop();
      this.host.fail(cause);
    }
  }

  /** The beginning of the cheapest rendition, about 800 bytes: without it browsers show a picture that never comes. */
  private async prepare() {
    const [one] = this.ladder;
    const job = new Job(one.address, 0, one.init_bytes);
    await bring(job, new Meter(), (bytes) => this.append(bytes, job));
    this.initiated = one;
  }

  private async step() {
    if (!this.host.mayFetch(this)) return this.host.changed();
    const rung = this.host.pick(this);
    const { segments } = this.ladder[rung];
    let first = this.next(segments);
    // An index may promise more than the media holds: never fetch the same stretch twice in a row.
    const { done } = this;
    if (done && done.rung === rung && first >= 0 && first <= done.index) first = done.index + 1;
    this.complete = first < 0 || first >= segments.length;
    if (!this.complete) return this.load(rung, first);
    this.host.finished();
    return this.host.changed();
  }

  private async load(rung: number, first: number) {
    this.rung = rung;
    const rendition = this.ladder[rung];
    const { segments, init_bytes, address } = rendition;
    const index = stretch(segments, first, this.host.stretch_ms(this));
    const [start, , offset] = segments[first];
    const [last, duration, lastOffset, length] = segments[index];
    const fresh = this.initiated !== rendition;
    // The beginning and the first segment are neighbors: one request brings both.
    const whole = fresh && offset === init_bytes;
    const job = (this.job = new Job(address, whole ? 0 : offset, lastOffset + length));
    const ready = fresh && !whole ? this.begin(new Job(address, 0, init_bytes)) : Promise.resolve();
    // Awaited below with every chunk; here only so that its failure has a listener.
    ready.catch(() => job.halt());
    this.loading = [start / 1000, (last + duration) / 1000];
    this.laid.push([...this.loading, rendition.name] as [number, number, string]);
    await bring(job, this.host.meter, async (bytes) => {
      await ready;
      await this.append(bytes, job);
    });
    this.job = undefined;
    if (job.stopped) return this.abandon();
    this.initiated = rendition;
    this.done = { rung, index };
    this.host.wake();
  }

  private async begin(head: Job) {
    this.head = head;
    await bring(head, this.host.meter, (bytes) => this.append(bytes, head));
    this.head = undefined;
  }

  /** Half a segment stays playable; only the reader must forget where it stood. */
  private async abandon() {
    await this.settled();
    try {
      this.buffer.abort();
    } catch (_) {
      // The source has ended or is closed: there is no half-read segment.
    }
    this.initiated = this.done = undefined;
    this.laid[this.laid.length - 1][1] = this.edge_s();
  }

  private async append(bytes: Uint8Array, job: Job) {
    while (!job.stopped) {
      try {
        this.buffer.appendBuffer(bytes as BufferSource);
      } catch (cause) {
        if ((cause as Error).name !== "QuotaExceededError") throw new Broken(String(cause));
        await this.makeRoom();
        continue;
      }
      await this.settled();
      return this.host.wake();
    }
  }

  /** Lets go of what was played. What lies ahead is never thrown away: it was paid for. */
  private async makeRoom() {
    const until = this.host.at_s() - BEHIND_S;
    const [oldest] = pairs(this.buffer.buffered);
    if (!oldest || oldest[0] >= until) return this.host.changed();
    this.buffer.remove(0, until);
    return this.settled();
  }

  private settled(): Promise<void> {
    return new Promise((done) => {
      if (!this.buffer.updating) return done();
      const end = () => {
        this.buffer.removeEventListener("updateend", end);
        done();
      };
      this.buffer.addEventListener("updateend", end);
    });
  }
}
