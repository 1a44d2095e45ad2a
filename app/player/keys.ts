// Which keys steer the video of a lesson, and are they wanted?
import { store, stored } from "./unsent";

const TYPED_IN = "input,select,textarea,[contenteditable],dialog";

type Table<T> = { [key: string]: T };

/** What has the focus there does something of its own with these. */
const OWN: Table<string> = { " ": "button,a,summary,video", arrowleft: "video", arrowright: "video" };

/** Seconds back or on. */
const MOVES: Table<number> = { j: -10, l: 10, arrowleft: -5, arrowright: 5 };

/** A key pressed alone may be somebody's mistake, or said to a speech program: they can be switched off (WCAG 2.1.4). */
export function keys() {
  const video = document.querySelector<HTMLVideoElement>("#player video");
  const list = document.getElementById("lesson-keys");
  const box = list && list.querySelector("input");
  if (!video || !box) return;
  const place = "menpa.keys." + document.body.dataset.person;
  box.checked = !stored(place);
  box.addEventListener("change", () => store(place, box.checked ? "" : "off"));
  list!.hidden = false;
  const acts = actions(video);
  document.addEventListener("keydown", (event) => {
    const key = named(event);
    if (!box.checked || !isMeant(event, key)) return;
    if (MOVES[key]) video.currentTime += MOVES[key];
    else if (!acts[key]) return;
    // A key held down moves on, and does not switch to and fro.
    else if (!event.repeat) acts[key]();
    event.preventDefault();
  });
}

/** Under a Tibetan keyboard the key that says L elsewhere says something else: then its place counts. */
function named({ key, code }: KeyboardEvent): string {
  return (key > "~" && code.startsWith("Key") ? code[3] : key).toLowerCase();
}

function isMeant({ ctrlKey, altKey, metaKey, isComposing, defaultPrevented, target }: KeyboardEvent, key: string): boolean {
  const at = target as Element;
  if (ctrlKey || altKey || metaKey || isComposing || defaultPrevented || at.closest(TYPED_IN)) return false;
  return !(OWN[key] && at.closest(OWN[key]));
}

function actions(video: HTMLVideoElement): Table<() => void> {
  const play = () => (video.paused ? void video.play().catch(() => {}) : video.pause());
  return {
    " ": play,
    k: play,
    m: () => (video.muted = !video.muted),
    f: () => fullscreen(video),
    c: captions(video),
    "<": () => change(video, -1),
    ">": () => change(video, 1),
  };
}

/** To the next faster (1) or slower (-1) speed that is offered. */
function change(video: HTMLVideoElement, way: number) {
  const select = document.querySelector<HTMLSelectElement>("#speed");
  if (!select) return;
  const rates = Array.from(select.options, (one) => Number(one.value));
  const [next] = rates.filter((rate) => (rate - video.playbackRate) * way > 0).sort((a, b) => (a - b) * way);
  if (!next) return;
  select.value = String(next);
  select.dispatchEvent(new Event("change"));
}

/** Hides the captions, and shows again those that were shown last; at first, the page's choice. */
function captions(video: HTMLVideoElement): () => void {
  const showing = () => Array.from(video.textTracks).find((one) => one.mode === "showing");
  let last = showing() || video.textTracks[0];
  return () => {
    const now = showing();
    last = now || last;
    if (last) last.mode = now ? "disabled" : "showing";
  };
}

/** Browsers of 2018 have words of their own for it. */
const ENTER = ["requestFullscreen", "webkitRequestFullscreen", "mozRequestFullScreen"];
const LEAVE = ["exitFullscreen", "webkitExitFullscreen", "mozCancelFullScreen"];
const IS = ["fullscreenElement", "webkitFullscreenElement", "mozFullScreenElement"];

function fullscreen(video: HTMLVideoElement) {
  const page = document as unknown as Table<unknown>;
  const is = IS.some((word) => page[word]);
  const there = (is ? document : video) as unknown as Table<() => void>;
  const word = (is ? LEAVE : ENTER).find((word) => word in there);
  if (word) there[word]();
}
