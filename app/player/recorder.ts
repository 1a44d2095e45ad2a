// What did this person watch in this sitting, and has the server acknowledged it?
import { Courier, News } from "./courier";
import { ServerClock } from "./clock";
import { Played, pairs } from "./intervals";
import { Lesson } from "./lesson";
import { keep, Outbox } from "./unsent";
import { minutes, say, show } from "./words";

const EVERY_MS = 15000;

/** A random id, by hand: `randomUUID` is missing in old browsers and on plain HTTP. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Records what `video` plays from now on, and what it played before. */
export function record(video: HTMLVideoElement, lesson: Lesson) {
  const session = uuid();
  const played = new Played(lesson.duration_ms);
  const clock = new ServerClock(lesson.now_ms);
  const outbox = new Outbox(lesson.person);
  const courier = new Courier(outbox, lesson.person, session, notices(lesson), (date) => clock.heard(date));
  let closed = performance.now();
  let rate = video.playbackRate;
  /** The page is going: what is written from now on may be sent by any other. */
  let left = false;

  const sample = () => {
    if (!video.seeking && video.readyState) played.sample(video.currentTime * 1000, performance.now(), rate);
  };
  const close = () => {
    sample();
    closed = performance.now();
    const intervals_ms = played.take();
    if (!intervals_ms.length) return;
    const position_ms = Math.round(played.position_ms);
    const event = { id: uuid(), lesson: lesson.lesson, intervals_ms, position_ms, device_time: clock.now(), rate };
    outbox.change(session, (list) => keep(list, event), { at: Date.now(), left });
  };
  const closeAndSend = () => {
    close();
    courier.send();
  };
  const leave = () => {
    close();
    courier.sendLeaving();
  };

  const on = (names: string, work: () => void) => names.split(" ").forEach((name) => video.addEventListener(name, work));
  on("playing seeked", sample);
  on("seeking emptied", () => played.split());
  on("pause ended", closeAndSend);
  on("timeupdate", () => {
    sample();
    if (performance.now() - closed >= EVERY_MS) closeAndSend();
  });
  on("ratechange", () => {
    close();
    rate = video.playbackRate;
  });
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", () => {
    left = true;
    leave();
    outbox.change(session, (list) => list, { left });
  });
  // Taken back from the browser's memory of pages.
  addEventListener("pageshow", () => (left = false));

  played.add(pairs(video.played).map(([from, to]) => [from * 1000, to * 1000]));
  sample();
  courier.report([]);
  courier.send();
}

/** What the receipt line is about. */
type Told = Pick<Lesson, "lesson" | "receipt" | "watched_ms" | "completed" | "texts">;

/** Writes the receipt line. Only an acknowledgement makes it say "recorded". */
export function notices(lesson: Told): (news: News) => void {
  const { texts } = lesson;
  let { receipt, watched_ms, completed } = lesson;
  let why = "";
  return ({ unsent, signed_out, answers }) => {
    for (const one of answers) {
      const { refused } = one.receipt;
      if (refused != null) why = typeof refused === "string" ? refused : refused.message || refused.kind || "";
      if (one.lesson !== lesson.lesson || one.receipt.receipt == null) continue;
      // The receipt of the completion is the one she keeps; later ones only add seconds.
      if (!completed || receipt == null) receipt = one.receipt.receipt;
      watched_ms = one.receipt.watched_ms;
      completed = completed || one.receipt.completed;
    }
    const values = { count: unsent, why, receipt: receipt == null ? "" : receipt, watched: minutes(watched_ms) };
    const said = [
      receipt != null && (completed ? texts.completed : texts.recorded),
      why && texts.refused,
      signed_out && texts.signed_out,
      unsent && texts.unsent,
    ];
    const words = said.filter(Boolean).map((text) => say(text as string, values)).join(" · ");
    // With nothing new to say, what the server wrote stands.
    if (words) show("receipt-state", words, unsent || why ? "waiting" : "");
  };
}
