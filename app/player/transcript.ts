// Where in the text is the video, and how does one get there by the text?

interface Line {
  at_s: number;
  item: Element;
}

/** A time in the transcript plays from there, without a new page; the line being said is marked. */
export function transcript() {
  const video = document.querySelector<HTMLVideoElement>("#player video");
  const links = Array.from(document.querySelectorAll<HTMLAnchorElement>(".transcript a[data-at]"));
  if (!video || !links.length) return;
  const lines: Line[] = links.map((link) => ({ at_s: Number(link.dataset.at), item: link.parentElement! }));
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
  let said: Element | undefined;
  video.addEventListener("timeupdate", () => {
    const now = lines.filter((line) => line.at_s <= video.currentTime + 0.25).pop();
    const item = now && now.item;
    if (item === said) return;
    if (said) said.removeAttribute("aria-current");
    if (item) item.setAttribute("aria-current", "true");
    said = item;
  });
}
