// What does the upload island ask? One file or a queue of them, sent, paused, ended. (an entry: the upload page)
import { Queue, QueueCallbacks, showLeft } from "./queue";
import { Callbacks, Options, previous, send } from "./sending";

interface Running {
  pause(): void;
  resume(): void;
  cancel(): Promise<unknown>;
}

let running: Running | undefined;

export const menpaUpload = {
  start(input: HTMLInputElement, options: Options, on: Callbacks) {
    const file = input.files && input.files[0];
    if (!file) return on.failed("", false);
    running = send(file, options, on);
  },
  /** All the chosen files, two at a time. */
  queue(input: HTMLInputElement, options: Options, on: QueueCallbacks) {
    running = new Queue(Array.from(input.files || []), options, on);
  },
  pause() {
    if (running) running.pause();
  },
  resume() {
    if (running) running.resume();
  },
  cancel(): Promise<unknown> {
    const ended = running ? running.cancel() : Promise.resolve();
    running = undefined;
    return ended;
  },
  /** An unfinished upload of the picked file, or null: `{started_ms, size_bytes, title}`. */
  async previous(input: HTMLInputElement, endpoint = "/api/v1/uploads") {
    const file = input.files && input.files[0];
    const last = file && (await previous(file, endpoint));
    if (!last) return null;
    return { started_ms: Date.parse(last.creationTime), size_bytes: last.size, title: last.metadata.title };
  },
};

/** Files can be dropped anywhere on the form, as if they had been chosen. */
function takeDrops() {
  const form = document.querySelector<HTMLFormElement>("form.upload");
  const input = form && form.querySelector<HTMLInputElement>("input[type=file]");
  if (!form || !input) return;
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = event.dataTransfer && event.dataTransfer.files;
    if (!files || !files.length || input.matches(":disabled")) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

declare global {
  interface Window {
    menpaUpload: typeof menpaUpload;
  }
}
window.menpaUpload = menpaUpload;
takeDrops();
showLeft();
