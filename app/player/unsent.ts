// What has the server not acknowledged yet, and how is it kept?
import { Interval, union } from "./intervals";

export interface WatchEvent {
  id: string;
  lesson: string;
  intervals_ms: Interval[];
  position_ms: number;
  device_time: number;
  rate: number;
}

/** Once tried an event may have arrived, so it must not change. */
export interface Unsent {
  tried: boolean;
  event: WatchEvent;
}

/** What one tab's sitting has unsent. Only that tab writes it while it lives. */
export interface Sitting {
  session: string;
  /** When the tab last wrote, by this device's clock. */
  at: number;
  /** The tab has gone: any other may send for it. */
  left: boolean;
  list: Unsent[];
}

export interface Receipt {
  event: string;
  receipt?: number | string | null;
  refused?: string | { kind?: string; message?: string } | null;
  watched_ms: number;
  completed: boolean;
}

/** An event of more stretches stops growing: the server takes a thousand of one event, and a few thousand at once. */
const MOST_GROWN = 200;

/** Keeps one event: an untried one of the same lesson and rate grows instead. */
export function keep(list: Unsent[], event: WatchEvent): Unsent[] {
  const grows = (old: WatchEvent) =>
    old.lesson === event.lesson && old.rate === event.rate &&
    old.intervals_ms.length + event.intervals_ms.length <= MOST_GROWN;
  const at = list.findIndex((one) => !one.tried && grows(one.event));
  if (at < 0) return [...list, { tried: false, event }];
  const old = list[at].event;
  const grown = { ...event, id: old.id, intervals_ms: union([...old.intervals_ms, ...event.intervals_ms]) };
  return list.map((one, i) => (i === at ? { tried: false, event: grown } : one));
}

const MOST_AT_ONCE = 500;
const MOST_STRETCHES_AT_ONCE = 5000;

/** How many of the list go together in one request: five hundred, or as many as make five thousand stretches. */
export function together(list: Unsent[]): number {
  let stretches = 0;
  const full = list.findIndex((one, i) => {
    stretches += one.event.intervals_ms.length;
    return i === MOST_AT_ONCE || (i > 0 && stretches > MOST_STRETCHES_AT_ONCE);
  });
  return full < 0 ? list.length : full;
}

/** The list with its next request's events marked. */
export function attempt(list: Unsent[]): Unsent[] {
  const count = together(list);
  return list.map((one, i) => (i < count ? { tried: true, event: one.event } : one));
}

/** The list without what the answer names as recorded or refused. */
export function settle(list: Unsent[], receipts: Receipt[]): Unsent[] {
  const named = receipts.filter((one) => one.receipt != null || one.refused != null).map((one) => one.event);
  return list.filter((one) => !named.includes(one.event.id));
}

const SILENT_MS = 60000;

/** May another tab send this sitting? Its own has left, or was killed a while ago. */
export function abandoned(sitting: Sitting, now: number): boolean {
  return sitting.left || Math.abs(now - sitting.at) > SILENT_MS;
}

/** The browser's storage, or a plain object where it is refused (private windows, a full disk). */
let kept: { [key: string]: string } = {};
try {
  kept = localStorage;
} catch (_) {
  // Events then live as long as the page.
}

/** Where the player notes what the link carried, in bits a second. */
export const LINK_SPEED = "menpa.bits";

export function stored(key: string): string {
  return kept[key] || "";
}

/** Keeps `value`, or nothing when it is empty. */
export function store(key: string, value: string) {
  try {
    if (value) kept[key] = value;
    else delete kept[key];
  } catch (_) {
    kept = { ...kept, [key]: value };
  }
}

/**
 * One person's unsent events in this browser; a shared PC holds several persons', never mixed.
 * Each sitting has a key of its own: tabs see each other's writes late, and two tabs
 * writing one key would lose events even under a lock.
 */
export class Outbox {
  private prefix: string;

  constructor(person: string) {
    this.prefix = "menpa.unsent." + person + ".";
  }

  /** The sittings with something unsent, the oldest first. */
  sittings(): Sitting[] {
    return Object.keys(kept)
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => this.read(key.slice(this.prefix.length)))
      .sort((a, b) => a.at - b.at);
  }

  count(): number {
    return this.sittings().reduce((sum, one) => sum + one.list.length, 0);
  }

  read(session: string): Sitting {
    try {
      return JSON.parse(stored(this.prefix + session));
    } catch (_) {
      return { session, at: Date.now(), left: false, list: [] };
    }
  }

  /** Reads again, changes, writes; gives the new list. */
  change(session: string, how: (list: Unsent[]) => Unsent[], more?: Partial<Sitting>): Unsent[] {
    const sitting = { ...this.read(session), ...more };
    const list = (sitting.list = how(sitting.list));
    store(this.prefix + session, list.length ? JSON.stringify(sitting) : "");
    return list;
  }
}
