// Where in the text and in the slides is the video, and how does one get there by them?

import { edge, pairs } from "./intervals";

/** Of speech on a slow link, while a slide of some 30 KB takes half of it. */
const AMPLE_S = 15;

interface Line {
  at_s: number;
  item: Element;
}

/** A time in the transcript or beside a slide plays from there, without a new page; what is being said is marked. */
export function transcript() {
  const video = document.querySelector<HTMLVideoElement>("#player video");
  if (video) document.querySelectorAll(".timed").forEach((list) => follow(video, list));
}

function follow(video: HTMLVideoElement, list: Element) {
  const links = Array.from(list.querySelectorAll<HTMLAnchorElement>("a[data-at]"));
  const lines: Line[] = links.map((link) => ({ at_s: Number(link.dataset.at), item: link.closest("li")! }));
  links.forEach((link, index) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const start = () => (video.currentTime = lines[index].at_s);
      start();
      // Before it knows the media, a browser may forget this, and the player goes to where she left.
      if (!video.readyState) video.addEventListener("loadedmetadata", start, { once: true });
      video.scrollIntoView({ block: "nearest" });
      video.focus({ preventScroll: true });
      video.play().catch(() => {});
    }),
  );
  // From here on only what is being spoken about has to be seen.
  list.classList.add("following");
  let said = list.querySelector("[aria-current]") || undefined;
  const mark = (item?: Element) => {
    if (item === said) return;
    if (said) said.removeAttribute("aria-current");
    if (item) item.setAttribute("aria-current", "true");
    said = item;
  };
  video.addEventListener("timeupdate", () => {
    const past = lines.filter((line) => line.at_s <= video.currentTime + 0.25);
    const now = past[past.length - 1];
    mark(now && now.item);
    // The next slide comes while this one is explained; speech goes before it, for both share the link.
    const next = lines[past.length];
    const picture = next && next.item.querySelector("img");
    if (picture && !list.closest("details:not([open])") && isWellAhead(video)) picture["loading"] = "eager";
  });
}

/** Is what comes next loaded for so long that a picture may delay the rest? */
function isWellAhead({ buffered, currentTime, duration }: HTMLVideoElement): boolean {
  const loaded = edge(pairs(buffered), currentTime);
  return loaded > Math.min(currentTime + AMPLE_S, duration - 1);
}
