// Where in the text and in the slides is the video, and how does one get there by them?

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
  video.addEventListener("timeupdate", () => {
    const past = lines.filter((line) => line.at_s <= video.currentTime + 0.25);
    const now = past[past.length - 1];
    const item = now && now.item;
    if (item === said) return;
    if (said) said.removeAttribute("aria-current");
    if (item) item.setAttribute("aria-current", "true");
    said = item;
    // The next slide comes while this one is explained.
    const next = lines[past.length];
    const picture = next && next.item.querySelector("img");
    if (picture) picture.loading = "eager";
  });
}
