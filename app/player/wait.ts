// How long does it take to load on this link? Measured by the player, else as the browser estimates.
import { LINK_SPEED, stored } from "./unsent";
import { say } from "./words";

interface Connection {
  downlink?: number;
}

function bits_per_second(): number {
  const { connection } = navigator as { connection?: Connection };
  return Number(stored(LINK_SPEED)) || ((connection && connection.downlink) || 0) * 1e6;
}

/** The words for a wait: `40 s`, `3 min`. */
function words(seconds: number, texts: DOMStringMap): string {
  const long = seconds >= 60;
  const count = Math.max(1, Math.round(long ? seconds / 60 : seconds));
  return say((long ? texts.minutes : texts.seconds) || "", { count });
}

/** Fills the line under the sizes with the time that the chosen one takes. */
export function foretell() {
  const line = document.getElementById("wait");
  const bits = bits_per_second();
  if (!line || !bits) return;
  const { bytes, text } = line.dataset;
  line.textContent = say(text || "", { wait: words((Number(bytes) * 8) / bits, line.dataset) });
  line.hidden = false;
}
