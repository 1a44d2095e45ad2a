// How do a hundred files get in? Two at a time, each as one alone does; what has not arrived is remembered over a reload.
import { Options, send, Sending } from "./sending";

/** How many are sent at once: more would only wait for each other on a slow link. */
const AT_ONCE = 2;
/** A list that changes more often cannot be read. */
const TELL_MS = 250;

export interface QueueCallbacks {
  /** `state` is `waiting`, `sending`, `lost`, `arrived` or `refused`; `permille` of this file is there. */
  item(index: number, state: string, permille: number, message: string): void;
  /** Nothing waits any more. */
  done(): void;
}

/** What is remembered of a file. */
interface Entry {
  name: string;
  size: number;
  modified: number;
  there: boolean;
}

const key = () => "menpa-queue-" + (document.body.dataset.person || "");

function remembered(): Entry[] {
  try {
    return JSON.parse(localStorage.getItem(key()) || "[]");
  } catch (_) {
    return [];
  }
}

/** A full or forbidden store only means that a reload forgets. */
function remember(entries: Entry[]) {
  try {
    if (entries.every((one) => one.there)) localStorage.removeItem(key());
    else localStorage.setItem(key(), JSON.stringify(entries));
  } catch (_) {
    return;
  }
}

const same = (file: File) => (one: Entry) => one.name === file.name && one.size === file.size;

/** Lists what was chosen before the page was left and has not arrived: the browser must be given it again. */
export function showLeft() {
  const place = document.getElementById("queue-left");
  const left = remembered().filter((one) => !one.there);
  if (!place) return;
  place.hidden = !left.length;
  const list = place.querySelector("ul")!;
  list.textContent = "";
  left.forEach((one) => {
    list.appendChild(document.createElement("li")).textContent = one.name;
  });
}

export class Queue {
  private next = 0;
  private active = new Map<number, Sending>();
  private entries: Entry[];
  private stopped = false;

  constructor(private files: File[], private options: Options, private on: QueueCallbacks) {
    this.entries = remembered();
    files.forEach((file) => {
      const entry = this.entries.filter(same(file))[0];
      // Of what has arrived, only the very same file need not be sent again.
      if (entry && entry.there && entry.modified !== file.lastModified) entry.there = false;
      if (!entry) this.entries.push({ name: file.name, size: file.size, modified: file.lastModified, there: false });
    });
    remember(this.entries);
    for (let lane = 0; lane < AT_ONCE; lane++) this.take();
  }

  private entry(file: File): Entry {
    return this.entries.filter(same(file))[0];
  }

  private take(): void {
    if (this.stopped) return;
    const index = this.next++;
    const file = this.files[index];
    if (!file) {
      if (!this.active.size) this.end();
      return;
    }
    if (this.entry(file).there) {
      this.on.item(index, "arrived", 1000, "");
      return this.take();
    }
    this.begin(index, file);
  }

  private begin(index: number, file: File) {
    let told = 0;
    const title = file.name.replace(/\.[^.]+$/, "");
    this.on.item(index, "sending", 0, "");
    const over = (state: string, permille: number, message: string) => {
      this.active.delete(index);
      this.on.item(index, state, permille, message);
      this.take();
    };
    const sending = send(file, { ...this.options, title }, {
      progress: (sent, total) => {
        const now = performance.now();
        if (now - told < TELL_MS && sent < total) return;
        told = now;
        this.on.item(index, "sending", total ? Math.floor((sent * 1000) / total) : 0, "");
      },
      resumed: () => {},
      done: () => {
        this.entry(file).there = true;
        remember(this.entries);
        over("arrived", 1000, "");
      },
      failed: (message, retrying) => {
        if (retrying) this.on.item(index, "lost", -1, message);
        else over("refused", -1, message);
      },
    });
    this.active.set(index, sending);
  }

  private end() {
    showLeft();
    this.on.done();
  }

  pause() {
    this.active.forEach((one) => one.pause());
  }

  resume() {
    this.active.forEach((one) => one.resume());
  }

  cancel(): Promise<unknown> {
    this.stopped = true;
    const ended = Array.from(this.active.values(), (one) => one.cancel());
    // What was called off is not offered again; what has arrived stays.
    remember([]);
    showLeft();
    return Promise.all(ended);
  }
}
