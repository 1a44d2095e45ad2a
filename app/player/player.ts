// What happens on a lesson page when the script wakes? (an entry: the lesson page)
import { keepSmooth, Lesson, startsAt, unfold } from "./lesson";
import { record } from "./recorder";
import { speed } from "./speed";
import { ladders, startAt, Stream } from "./stream";

const HLS = "application/vnd.apple.mpegurl";

async function wake(video: HTMLVideoElement, lesson: Lesson, hls: string | undefined) {
  speed(video, lesson);
  record(video, lesson);
  unfold(lesson);
  await keepSmooth(lesson);
  const shows = video.readyState > 1;
  // Who already sees the progressive file play is not interrupted.
  if (shows && !video.paused) return;
  const pressed = !video.paused;
  const seen = shows ? video.currentTime : startsAt(lesson);
  const fit = ladders(lesson);
  if (fit.length) new Stream(video, lesson, fit);
  else if (hls && !window.MediaSource && video.canPlayType(HLS)) video.src = hls;
  startAt(video, seen);
  if (pressed && video.paused) video.play().catch(() => {});
}

const video = document.querySelector<HTMLVideoElement>("#player video");
const facts = document.getElementById("lesson-state");
if (video && facts) {
  wake(video, JSON.parse(facts.textContent || ""), document.getElementById("player")!.dataset.hls);
}
