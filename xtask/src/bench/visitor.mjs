// How does a learner come who was never here, and over which link? Chromium as all measurements here open it.
//
// Links are played by Chromium's own network emulation: every answer's first byte is held back by the latency, and the
// bytes of one visit share the rate, up and down apart. It does not model lost or late packets, the round trips that
// names, TCP and TLS take to open a connection, TCP's slow start, or a rate that changes. The server is on the same
// machine, so what Chromium cuts short costs nothing more; on a real link, bytes under way still come.
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

/** The whole of what Chromium is told; Debian's own by default. */
export function browse(...more) {
  return chromium.launch({
    executablePath: process.env.MENPA_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
}

/** For measurements that press play by themselves. */
export const PLAYS_UNASKED = "--autoplay-policy=no-user-gesture-required";

/** A signed-in learner's browser with nothing in it; what a service worker handed on would not be counted. */
export async function arrive(browser, address, token, settings = {}) {
  const context = await browser.newContext({ serviceWorkers: "block", ...settings });
  await context.addCookies([{ name: "menpa_session", value: token, url: address }]);
  return context;
}

/** A phone's screen. */
export const PHONE = { viewport: { width: 360, height: 740 } };

/** A page over a link, or over none that is slow; with its session of the developer tools' network. */
export async function pageOver(context, link) {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  if (link) {
    const bytes_s = (link.kbit_s * 1000) / 8;
    await network.send("Network.emulateNetworkConditions",
      { offline: false, latency: link.latency_ms, downloadThroughput: bytes_s, uploadThroughput: bytes_s });
  }
  return { page, network };
}
