// How fast does it play? As this person left it on this device, until she chooses anew here or in the browser's own menu.
import { Lesson } from "./lesson";
import { store, stored } from "./unsent";

/** The clock rule credits no more. */
const FASTEST = 2;

/** Without scripts the choice stays hidden: it could do nothing. */
export function speed(video: HTMLVideoElement, { person }: Lesson) {
  const select = document.querySelector<HTMLSelectElement>("#speed");
  if (!select) return;
  const key = "menpa.rate." + person;
  // What takes over when a source fails begins at the default.
  const set = (rate: number) => (video.playbackRate = video.defaultPlaybackRate = rate);
  const show = () => {
    const rate = String(set(video.playbackRate));
    select.value = rate;
    // The browser's own menu may have other speeds.
    if (!select.value) select.add(new Option(rate + " ×", rate, true, true));
    return rate;
  };
  set(Math.min(FASTEST, Number(stored(key)) || video.playbackRate));
  show();
  select.parentElement!.hidden = false;
  select.addEventListener("change", () => set(Number(select.value)));
  video.addEventListener("ratechange", () => store(key, show()));
}
