// How is a message of the page filled in and shown?

/** Fills `{name}` places; a place nobody fills stays visible, so that it is noticed. */
export function say(text: string, values: { [place: string]: string | number }): string {
  return text.replace(/\{(\w+)\}/g, (place, key) => (key in values ? String(values[key]) : place));
}

/** `03:20`, or `1:03:20` from an hour on. */
export function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => (n < 10 ? "0" : "") + n;
  const hours = Math.floor(seconds / 3600);
  return (hours ? hours + ":" : "") + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
}

/** Writes only what changed: a screen reader reads every write aloud. */
export function show(id: string, text: string, kind = "") {
  const place = document.getElementById(id);
  if (!place) return;
  if (place.textContent !== text) place.textContent = text;
  place.className = kind;
}
