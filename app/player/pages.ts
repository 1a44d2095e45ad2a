// Which stretches of a time line of pages were read?
import { Interval, union } from "./intervals";

/**
 * Each page has a place on the line as long as it takes to read. Looking at it for a while fills its place from where it was
 * filled to; looking longer than it takes fills no more.
 */
export class Pages {
  position_ms = 0;
  private starts: number[] = [];
  private filled: number[] = [];
  private fresh: Interval[] = [];

  /** `before` is what the server has of it. */
  constructor(private reading: number[], before: Interval[]) {
    let start = 0;
    for (const length of reading) {
      const end = start + length;
      const spent = union(before).reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)), 0);
      this.starts.push(start);
      this.filled.push(spent);
      start = end;
    }
  }

  /** Page `number`, from 1, was in view for `step_ms` more. */
  look(number: number, step_ms: number) {
    const i = number - 1;
    const start = this.starts[i];
    if (start == null) return;
    this.position_ms = start;
    const from = this.filled[i];
    const to = Math.min(this.reading[i], Math.round(from + step_ms));
    if (to <= from) return;
    this.filled[i] = to;
    this.fresh = union([...this.fresh, [start + from, start + to]]);
  }

  /** What was read since the last call. */
  take(): Interval[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }

  /** How many pages were seen: half of their time was spent on them. */
  count(): number {
    return this.filled.filter((spent, i) => spent * 2 >= this.reading[i]).length;
  }
}
