// What time is it at the server?

/**
 * The server's clock as this device knows it: never ahead of the server, whatever
 * happens to the device's own clock, because it counts on from the page's answer
 * and from each later answer's `Date` by the browser's steady clock.
 */
export class ServerClock {
  private ahead_ms: number;

  constructor(now_ms: number) {
    const { responseStart, navigationStart } = performance.timing;
    this.ahead_ms = now_ms - Math.max(0, responseStart - navigationStart);
  }

  now(): number {
    return Math.round(this.ahead_ms + performance.now());
  }

  /** A sleeping computer's steady clock stands still: an answer brings it forward. */
  heard(date: string | null) {
    const told = Date.parse(date || "");
    if (told > this.now()) this.ahead_ms = told - performance.now();
  }
}
