// A player that is not ours: Chromium's own HLS plays the master playlist, and goes to another place in it.
import { address, check, open, reader } from "./browser.mjs";

const browser = await open();
try {
  const context = await reader(browser, "dolma", "en", { bypassCSP: true });
  const resource = await (await context.request.get(`${address}/api/v1/resources/${process.env.MENPA_RESOURCE}`)).json();
  const page = await context.newPage();
  await page.goto(`${address}/me`);
  const played = await page.evaluate((hls) => new Promise((done) => {
    const video = document.createElement("video");
    const told = () => ({ at: video.currentTime, error: video.error && video.error.message, width: video.videoWidth });
    if (!video.canPlayType("application/vnd.apple.mpegurl")) done({ error: "it plays no HLS" });
    video.onerror = () => done(told());
    video.ontimeupdate = () => {
      if (video.currentTime > 1 && video.currentTime < 3) video.currentTime = 4;
      if (video.currentTime > 4.5) done(told());
    };
    video.muted = true;
    video.src = hls;
    document.body.append(video);
    video.play().catch((error) => done({ error: String(error) }));
  }), resource.hls);
  check(!played.error && played.width > 0, JSON.stringify(played));
} finally {
  await browser.close();
}
