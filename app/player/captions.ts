// How are captions mended without leaving the keyboard? The keys of the captions page. (an entry: that page)

const video = document.querySelector<HTMLVideoElement>("#video");
const form = document.querySelector<HTMLFormElement>("#cues");
/** A step back or on, in seconds. */
const STEP_S = 2;

/** `hh:mm:ss.ttt`, as the page writes it. */
function clock(seconds: number): string {
  return new Date(Math.max(0, seconds) * 1000).toISOString().slice(11, 23);
}

/** What was typed as a time, in seconds; NaN for what is none. */
function seconds(text: string): number {
  return text.trim() ? text.replace(",", ".").split(":").reduce((sum, part) => sum * 60 + Number(part), 0) : NaN;
}

const field = (row: Element | null, name: string) =>
  row && row.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name^="${name}_"]`);

/** The line that is being worked on. */
const row = () => document.activeElement && document.activeElement.closest(".cue");

function mark(name: "from" | "to", video: HTMLVideoElement) {
  const input = field(row(), name);
  if (!input) return;
  input.value = clock(video.currentTime);
  // The form has changed, as if it had been typed.
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A line behind this one, from where the video is; numbers only have to differ. */
function add(form: HTMLFormElement, video: HTMLVideoElement) {
  const here = row() || form.querySelector(".cue:last-child");
  if (!here) return;
  const numbers = Array.from(form.querySelectorAll<HTMLTextAreaElement>("[name^=text_]"), (one) => Number(one.name.slice(5)));
  const next = String(Math.max(...numbers) + 1);
  const fresh = here.cloneNode(true) as Element;
  fresh.querySelectorAll("[type=hidden],.field-problem").forEach((one) => one.remove());
  fresh.querySelectorAll<HTMLInputElement>("[name]").forEach((one) => {
    one.name = one.name.replace(/\d+$/, next);
    one.removeAttribute("aria-invalid");
    one.value = "";
  });
  here.after(fresh);
  field(fresh, "from")!.value = clock(video.currentTime);
  field(fresh, "to")!.value = clock(video.currentTime + STEP_S);
  field(fresh, "text")!.focus();
}

function press(event: KeyboardEvent, form: HTMLFormElement, video: HTMLVideoElement) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // The place of the key, so that every keyboard and input method has it.
  const does: { [code: string]: () => void } = {
    KeyK: () => (video.paused ? void video.play().catch(() => {}) : video.pause()),
    KeyJ: () => (video.currentTime -= STEP_S),
    KeyL: () => (video.currentTime += STEP_S),
    KeyI: () => mark("from", video),
    KeyO: () => mark("to", video),
    Enter: () => add(form, video),
  };
  const action = does[event.code];
  if (!action) return;
  event.preventDefault();
  action();
}

/** The line being said is marked, and the one being worked on is where the video goes. */
function follow(form: HTMLFormElement, video: HTMLVideoElement) {
  video.addEventListener("timeupdate", () => {
    form.querySelectorAll(".cue").forEach((one) => {
      const [from, to] = ["from", "to"].map((name) => seconds(field(one, name)!.value));
      one.classList.toggle("said", from <= video.currentTime && video.currentTime < to);
    });
  });
  form.addEventListener("focusin", () => {
    const from = seconds((field(row(), "from") || { value: "" }).value);
    const to = seconds((field(row(), "to") || { value: "" }).value);
    const here = video.currentTime;
    if (video.paused && from >= 0 && !(from <= here && here < to)) video.currentTime = from;
  });
}

if (video && form) {
  document.querySelector("#keys")!.removeAttribute("hidden");
  document.addEventListener("keydown", (event) => press(event, form, video));
  follow(form, video);
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
}
