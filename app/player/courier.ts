// How do unsent events reach the server, and what did it answer?
import { total } from "./intervals";
import { cutter } from "./link";
import { abandoned, attempt, Outbox, Receipt, settle, Sitting, store, stored, together, Unsent } from "./unsent";

const ADDRESS = "/api/v1/watch";
const SIGNED_IN = "menpa.person";
const PATIENCE_MS = 30000;
const FIRST_REST_MS = 5000;
const LONGEST_REST_MS = 120000;
const LONGEST_ASKED_MS = 3600000;
/** Browsers let a request outlive its page up to 64 KB. */
const OUTLIVES_BYTES = 60000;
/** The server's clock rule: at most twice the time since the last receipt, plus this. */
const GRACE_MS = 10000;

/** What the person should know after each step. */
export interface News {
  unsent: number;
  signed_out: boolean;
  /** Answers of this step, each with the lesson its event belongs to. */
  answers: { lesson: string; receipt: Receipt }[];
}

/** How long a request claiming `claimed_ms` must wait after the last receipt. */
export function wait(claimed_ms: number, since_receipt_ms: number): number {
  return Math.max(0, (claimed_ms - GRACE_MS) / 2 - since_receipt_ms);
}

/** How long a server asks to be left alone (`Retry-After` in seconds), an hour at most. */
export function asked(retry_after: string | null): number {
  return Math.min(LONGEST_ASKED_MS, Math.max(0, +(retry_after || 0) * 1000 || 0));
}

/** Runs `work` while no other tab runs work of that name; at once where locks are missing. */
function alone(name: string, work: () => Promise<void>): Promise<void> {
  return navigator.locks ? (navigator.locks.request(name, work) as Promise<void>) : work();
}

export class Courier {
  private busy = false;
  private again = false;
  private resting = 0;
  private waiting = 0;
  private rest_ms = FIRST_REST_MS;
  private asked_ms = 0;
  private signed_out = false;
  private acknowledged = -Infinity;

  constructor(
    private outbox: Outbox,
    private person: string,
    /** This tab's own sitting; empty on a page without a player. */
    private session: string,
    private tell: (news: News) => void,
    private heard: (date: string | null) => void = () => {},
  ) {
    store(SIGNED_IN, person);
    addEventListener("online", () => this.wake());
    addEventListener("storage", () => this.report([]));
  }

  /** Sends everything unsent, one request a sitting; rests longer after each failure. */
  async send(): Promise<void> {
    this.again = this.busy;
    if (this.busy || this.resting) return;
    this.busy = true;
    try {
      await alone("menpa.send." + this.person, () => this.sendAll());
      this.rest_ms = FIRST_REST_MS;
    } catch (_) {
      this.rest();
    } finally {
      this.busy = false;
      this.report([]);
      if (this.again) this.send();
    }
  }

  /** The page may go: sends its sitting at once, unless the clock rule would refuse it. */
  sendLeaving() {
    const { list } = this.outbox.read(this.session);
    if (list.length && !this.mustWait(list)) this.request(this.session).catch(() => this.rest());
  }

  report(answers: News["answers"]) {
    this.tell({ unsent: this.outbox.count(), signed_out: this.signed_out, answers });
  }

  /**
   * This tab's own sitting first: the receipts of others would make it wait. Those have ended, and what is older than
   * the last receipt the server takes at once. Nobody sleeps in here, where other tabs have to wait as well.
   */
  private async sendAll() {
    let failure: unknown;
    const own = (sitting: Sitting) => +(sitting.session === this.session);
    for (const sitting of this.outbox.sittings().sort((a, b) => own(b) - own(a))) {
      const { session, list } = sitting;
      if (own(sitting) ? this.mustWait(list) : !abandoned(sitting, Date.now())) continue;
      try {
        await this.request(session);
      } catch (cause) {
        failure = cause;
        // One sitting's bad request must not hold up the others; a dead link holds up all.
        if (!(cause instanceof RangeError)) break;
      }
    }
    if (failure) throw failure;
  }

  /** Would the clock rule refuse this tab's events? Then they are sent as soon as it would not. */
  private mustWait(list: Unsent[]): boolean {
    const claimed = list.reduce((sum, one) => sum + total(one.event.intervals_ms), 0);
    const ms = wait(claimed, performance.now() - this.acknowledged);
    clearTimeout(this.waiting);
    if (ms) this.waiting = window.setTimeout(() => this.send(), ms);
    return ms > 0;
  }

  /** Runs without a pause up to the request itself, so that a leaving page gets it out. */
  private async request(session: string) {
    this.checkPerson();
    const list = this.outbox.change(session, attempt);
    const events = list.slice(0, together(list)).map((one) => one.event);
    if (!events.length) return;
    const receipts = await this.post(JSON.stringify({ session, events }));
    if (!receipts.length) throw new Error("the answer names no event");
    const lessons: { [event: string]: string } = {};
    for (const one of events) lessons[one.id] = one.lesson;
    if (this.outbox.change(session, (now) => settle(now, receipts)).length) this.again = true;
    if (receipts.some((one) => one.receipt != null)) this.acknowledged = performance.now();
    this.report(receipts.map((receipt) => ({ lesson: lessons[receipt.event], receipt })));
  }

  private async post(body: string): Promise<Receipt[]> {
    const { signal, cut } = cutter();
    const timer = setTimeout(cut, PATIENCE_MS);
    try {
      const answer = await fetch(ADDRESS, {
        method: "POST",
        credentials: "same-origin",
        headers: { "content-type": "application/json", "menpa-person": this.person },
        keepalive: body.length < OUTLIVES_BYTES,
        signal,
        body,
      });
      this.signed_out = answer.status === 401;
      if (this.signed_out) throw new Error("signed out");
      if (answer.status === 400 || answer.status === 422) throw new RangeError(String(answer.status));
      // A budget that is spent, a full disk, a server that starts: what is unsent waits here.
      this.asked_ms = asked(answer.headers.get("retry-after"));
      if (!answer.ok) throw new Error(String(answer.status));
      this.heard(answer.headers.get("date"));
      return (await answer.json()).receipts;
    } finally {
      clearTimeout(timer);
    }
  }

  /** On a shared PC somebody else may have signed in from another tab meanwhile. */
  private checkPerson() {
    const person = stored(SIGNED_IN);
    this.signed_out = !!person && person !== this.person;
    if (this.signed_out) throw new Error("signed out");
  }

  private rest() {
    clearTimeout(this.resting);
    const ms = Math.max(this.asked_ms, this.rest_ms) * (1 + Math.random() * 0.4);
    this.resting = window.setTimeout(() => this.wake(), ms);
    this.rest_ms = Math.min(LONGEST_REST_MS, this.rest_ms * 2);
  }

  private wake() {
    clearTimeout(this.resting);
    this.resting = 0;
    this.send();
  }
}
