// What does the page tell the player about this lesson?
import { Interval } from "./intervals";

/** Start, duration (ms), offset, length (bytes). */
export type Segment = [number, number, number, number];

export interface Rendition {
  name: string;
  kind: "video" | "audio";
  codecs: string;
  bits_per_second: number;
  size_bytes: number;
  /** Lines of the picture, where the page knows them. */
  height?: number | null;
  address: string;
  init_bytes: number;
  segments: Segment[];
}

export type Words = {
  [key in "unsent" | "recorded" | "completed" | "refused" | "stalled" | "lost" | "playing" | "signed_out"]: string;
};

export interface Lesson {
  lesson: string;
  person: string;
  now_ms: number;
  duration_ms: number;
  position_ms: number;
  intervals_ms: Interval[];
  watched_ms: number;
  completed: boolean;
  receipt: number | string | null;
  threshold_percent: number;
  /** What playing may cost: all that the link carries, the cheapest picture, or the sound alone. */
  data_use: "auto" | "low" | "sound";
  renditions: Rendition[];
  texts: Words;
}

const ALMOST_OVER_MS = 3000;

/** Where to go on, in seconds; a lesson seen to its end starts anew. */
export function startsAt(lesson: Lesson): number {
  const over = lesson.position_ms > lesson.duration_ms - ALMOST_OVER_MS;
  return over ? 0 : lesson.position_ms / 1000;
}
