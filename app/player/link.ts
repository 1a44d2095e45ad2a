// How fast is this link, and how do bytes arrive over it in spite of its breaks?

/** A sample is worth counting after this time, or after these bytes on a fast link. */
const SAMPLE_MS = 500;
const SAMPLE_BYTES = 16384;

/** An average that forgets: after `half_ms` of measuring, half the weight is new. */
class Average {
  private weight = 0;
  private sum = 0;

  constructor(private half_ms: number) {}

  add(rate: number, ms: number): number {
    const old = Math.pow(0.5, ms / this.half_ms);
    this.sum = this.sum * old + rate * (1 - old);
    this.weight = this.weight * old + 1 - old;
    return this.sum / this.weight;
  }
}

/** Bits a second over all requests together, waiting for the first byte included. */
export class Meter {
  /** 0 while nothing is known; the worse of a short and a long memory. */
  bits_per_second = 0;
  private open = 0;
  private since = 0;
  private busy_ms = 0;
  private bytes = 0;
  private short = new Average(2000);
  private long = new Average(8000);

  begin(now: number) {
    if (!this.open++) this.since = now;
  }

  arrived(bytes: number, now: number) {
    this.bytes += bytes;
    this.busy_ms += now - this.since;
    this.since = now;
    if (this.busy_ms < SAMPLE_MS && this.bytes < SAMPLE_BYTES) return;
    const ms = Math.max(1, this.busy_ms);
    const rate = (this.bytes * 8000) / ms;
    this.bits_per_second = Math.min(this.short.add(rate, ms), this.long.add(rate, ms));
    this.bytes = this.busy_ms = 0;
  }

  end(now: number) {
    if (!--this.open) this.busy_ms += now - this.since;
  }
}

/** One stretch of bytes being fetched; `at` is the first byte still missing. */
export class Job {
  stopped = false;
  /** Bytes that came. */
  brought = 0;
  /** Ends whatever the job waits for just now. */
  halt: () => void = () => {};

  constructor(
    readonly address: string,
    public at: number,
    readonly to: number,
  ) {}

  stop() {
    this.stopped = true;
    this.halt();
  }
}

/** Trying again cannot help: the file is gone, or the picture cannot take the bytes. */
export class Broken extends Error {}

/** A way to cut a request, where the browser has one. */
export function cutter(): { signal?: AbortSignal; cut(): void } {
  if (!window.AbortController) return { cut() {} };
  const controller = new AbortController();
  return { signal: controller.signal, cut: () => controller.abort() };
}

const SILENCE_MS = 20000;
const LONGEST_PAUSE_MS = 15000;

/** Waits before the next try; a link that comes back, or a stop, ends the wait. */
function pause(job: Job, ms: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, ms);
    job.halt = end;
    addEventListener("online", end);
    function end() {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    }
  });
}

async function attempt(job: Job, meter: Meter, take: (bytes: Uint8Array) => Promise<void>) {
  const { signal, cut } = cutter();
  let watch = 0;
  const alive = () => {
    clearTimeout(watch);
    watch = window.setTimeout(job.halt, SILENCE_MS);
  };
  let cancel = () => {};
  job.halt = () => {
    cut();
    cancel();
  };
  meter.begin(performance.now());
  alive();
  try {
    const answer = await fetch(job.address, {
      credentials: "same-origin",
      headers: { range: "bytes=" + job.at + "-" + (job.to - 1) },
      signal,
    });
    const { status } = answer;
    if (status !== 206) {
      const passing = status >= 500 || status === 408 || status === 429;
      throw passing ? new Error(String(status)) : new Broken(job.address + ": " + status);
    }
    const reader = answer.body!.getReader();
    cancel = () => reader.cancel().catch(() => {});
    for (;;) {
      const { done, value } = await reader.read();
      if (done || job.stopped) return;
      alive();
      meter.arrived(value.length, performance.now());
      job.at += value.length;
      job.brought += value.length;
      clearTimeout(watch);
      await take(value);
      alive();
    }
  } finally {
    clearTimeout(watch);
    meter.end(performance.now());
  }
}

/** Brings a job's bytes in order, going on at the first missing byte after each loss. */
export async function bring(job: Job, meter: Meter, take: (bytes: Uint8Array) => Promise<void>) {
  let pause_ms = 500;
  while (job.at < job.to && !job.stopped) {
    const before = job.at;
    try {
      await attempt(job, meter, take);
    } catch (cause) {
      if (cause instanceof Broken) throw cause;
    }
    if (job.at > before) pause_ms = 500;
    if (job.at >= job.to || job.stopped) break;
    await pause(job, pause_ms);
    pause_ms = Math.min(LONGEST_PAUSE_MS, pause_ms * 2);
  }
}
