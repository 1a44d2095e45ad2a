// How does one file reach the server over a link that breaks? Glue over tus-js-client.
import { defaultOptions, DetailedError, HttpResponse, Upload, UploadOptions } from "tus-js-client";

export interface Options {
  endpoint: string;
  title: string;
  language: string;
  /** Bytes of one request; 0: the whole file in one. */
  chunkBytes: number;
}

export interface Callbacks {
  progress(sent: number, total: number, bytesPerSecond: number, secondsLeft: number): void;
  resumed(offset: number): void;
  done(resourceId: string): void;
  /** `message` is the server's own, or empty when the link is at fault. */
  failed(message: string, retrying: boolean): void;
}

/** Quick tries after a short break, then one a minute; progress starts the row anew. */
const RETRIES_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000];
const LAST_RESORT_MS = 60000;

/** Speed over the last seconds: steady enough to tell a wait by. */
class Speed {
  private at = 0;
  private sent = 0;
  private rate = 0;

  of(sent: number, now: number): number {
    const ms = now - this.at;
    if (!this.at || sent < this.sent) [this.at, this.sent] = [now, sent];
    else if (ms >= 500) {
      const rate = ((sent - this.sent) * 1000) / ms;
      const old = this.rate ? Math.pow(0.5, ms / 4000) : 0;
      this.rate = this.rate * old + rate * (1 - old);
      [this.at, this.sent] = [now, sent];
    }
    return this.rate;
  }
}

/** One file on its way. */
export interface Sending {
  /** Stops after the bytes under way; nothing the server has is lost. */
  pause(): void;
  resume(): void;
  /** Ends it and lets the server delete what it holds of it. */
  cancel(): Promise<void>;
}

/** On a shared PC the next person must not continue somebody else's upload. */
function fingerprint(file: File, options: UploadOptions): Promise<string> {
  const person = document.body.dataset.person || "";
  return defaultOptions.fingerprint!(file, options).then((own) => own + "-" + person);
}

/** The server knows the upload but not, any more, the person. */
class Refused extends Error {
  constructor(readonly answer: HttpResponse) {
    super("refused");
  }
}

function answerOf(cause: Error): HttpResponse | null {
  const { originalResponse, causingError } = cause as DetailedError;
  return causingError instanceof Refused ? causingError.answer : originalResponse;
}

function status(cause: Error): number {
  const answer = answerOf(cause);
  return answer ? answer.getStatus() : 0;
}

function message(cause: Error): string {
  const answer = answerOf(cause);
  if (!answer) return "";
  try {
    return JSON.parse(answer.getBody()).message;
  } catch (_) {
    return String(answer.getStatus());
  }
}

/** The link or the server is at fault, or the server is busy with this upload's last request. */
function passing(code: number): boolean {
  return code === 0 || code >= 500 || code === 409 || code === 423 || code === 429 || code === 460;
}

/** What the server holds the beginning of, as the page tells: a browser that knows nothing of it can go on too. */
interface Known {
  id: string;
  filename: string;
  size_bytes: number;
}

function known(file: File): Known | undefined {
  const place = document.getElementById("unfinished-uploads");
  const all: Known[] = place ? JSON.parse(place.textContent || "[]") : [];
  return all.filter((one) => one.filename === file.name && one.size_bytes === file.size)[0];
}

/** The library resolves the new upload's address against this one, so it needs the host. */
function absolute(endpoint: string): string {
  return new URL(endpoint, location.href).href;
}

async function newest(from: Upload) {
  const all = await from.findPreviousUploads();
  return all.sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime))[0];
}

/** Sends a file, from where an unfinished upload of it stopped. */
export function send(file: File, options: Options, on: Callbacks): Sending {
  /** Set while an upload without link waits for its next try. */
  let waiting = 0;
  let ended = false;
  const speed = new Speed();
  const again = () => {
    stopWaiting();
    if (!ended) current.start();
  };
  const stopWaiting = () => {
    clearTimeout(waiting);
    waiting = 0;
    removeEventListener("online", again);
  };
  const current: Upload = new Upload(file, {
    endpoint: absolute(options.endpoint),
    metadata: { filename: file.name, filetype: file.type, title: options.title, language: options.language },
    chunkSize: options.chunkBytes || Infinity,
    retryDelays: RETRIES_MS,
    fingerprint: fingerprint as UploadOptions["fingerprint"],
    removeFingerprintOnSuccess: true,
    onProgress(sent, total) {
      const rate = speed.of(sent, performance.now());
      on.progress(sent, total, rate, rate ? (total - sent) / rate : Infinity);
    },
    onAfterResponse(request, answer) {
      if (request.getMethod() !== "HEAD") return;
      const code = answer.getStatus();
      // The library would forget the upload and begin a new one; signing in again is enough.
      if (code === 401 || code === 403) throw new Refused(answer);
      const offset = Number(answer.getHeader("Upload-Offset"));
      if (code < 300 && offset) on.resumed(offset);
    },
    onShouldRetry(cause) {
      const retrying = passing(status(cause));
      if (retrying) on.failed(message(cause), true);
      return retrying;
    },
    onSuccess() {
      on.done(current.url!.replace(/[?#].*/, "").replace(/\/+$/, "").split("/").pop()!);
    },
    onError(cause) {
      const retrying = passing(status(cause));
      on.failed(message(cause), retrying);
      if (!retrying || ended) return;
      addEventListener("online", again);
      waiting = window.setTimeout(again, LAST_RESORT_MS);
    },
  });
  newest(current).then((last) => {
    const held = known(file);
    if (last) current.resumeFromPreviousUpload(last);
    else if (held) current.options.uploadUrl = absolute(options.endpoint + "/" + held.id);
    if (!ended) current.start();
  });
  return {
    pause() {
      stopWaiting();
      current.abort();
    },
    resume: again,
    cancel() {
      stopWaiting();
      ended = true;
      return current.abort(true);
    },
  };
}

/** The newest unfinished upload of a file that this browser knows of. */
export function previous(file: File, endpoint: string) {
  return newest(new Upload(file, { endpoint: absolute(endpoint), fingerprint: fingerprint as UploadOptions["fingerprint"] }));
}
