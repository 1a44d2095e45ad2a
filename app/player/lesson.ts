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
  /** Of the picture, where the page knows them. */
  width?: number | null;
  height?: number | null;
  /** As Media Capabilities calls it: pictures a second. */
  framerate: number;
  address: string;
  init_bytes: number;
  /** Which of the lesson's `clocks` its segments go by. */
  clock: number;
  /** Bytes of each segment; they touch. */
  lengths: number[];
  /** Made from these by `unfold`. */
  segments: Segment[];
}

/** Writes out where each segment begins and lies: the page says when they begin and how long they are. */
export function unfold({ clocks, renditions }: Lesson) {
  renditions.forEach((one) => {
    const clock = clocks[one.clock];
    let end = one.init_bytes;
    one.segments = one.lengths.map((length, i) => {
      end += length;
      return [clock[i], clock[i + 1] - clock[i], end - length, length];
    });
  });
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
  /** When segments begin, and at last end, in ms. */
  clocks: number[][];
  texts: Words;
}

const ALMOST_OVER_MS = 3000;

/** Where to go on, in seconds; a lesson seen to its end starts anew. */
export function startsAt(lesson: Lesson): number {
  const over = lesson.position_ms > lesson.duration_ms - ALMOST_OVER_MS;
  return over ? 0 : lesson.position_ms / 1000;
}

/** Takes away the pictures that this device decodes too slowly; the page offers another family beside them. */
export async function keepSmooth(lesson: Lesson) {
  const { renditions } = lesson;
  const smooth = await Promise.all(renditions.map(isSmooth));
  lesson.renditions = renditions.filter((_, i) => smooth[i]);
}

async function isSmooth(one: Rendition): Promise<boolean> {
  try {
    const video = { ...one, contentType: mime(one), bitrate: one.bits_per_second } as VideoConfiguration;
    return !one.height || (await navigator.mediaCapabilities.decodingInfo({ type: "media-source", video })).smooth;
  } catch (_) {
    // What a browser cannot tell is left to what it can play.
    return true;
  }
}

export function mime(one: Rendition): string {
  return one.kind + '/mp4; codecs="' + one.codecs + '"';
}
