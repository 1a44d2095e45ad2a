// What is there for the words typed so far? The search box says it while one types. (an entry: the search page)

/** After such a pause somebody wants to see what there is. */
const PAUSE_MS = 200;

const MOST = 6;

const TIBETAN = /[\u0f00-\u0fff]/;
/** Also the rare ones in names, which take two units. */
const HAN = /[\u3400-\u9fff\uf900-\ufaff\ud840-\ud88f]/;

interface Item {
  text: string;
  /** Where it opens; without, it is searched for. */
  at?: string;
}

const form = document.querySelector("form.ask") as HTMLFormElement;
const input = document.getElementById("q") as HTMLInputElement;
const list = document.createElement("ul");

/** What was answered on this page: deleting a letter costs nothing. */
const known = new Map<string, Item[]>();
let offered: Item[] = [];
let chosen = -1;
let timer = 0;
/** The words of the open question, if there is one. */
let asked = "";
let control: AbortController | undefined;

/** Shows what there is; nothing closes the list. */
function show(items: Item[]) {
  offered = items;
  list.textContent = "";
  items.forEach(({ text, at }, index) => {
    const option = document.createElement("li");
    option.id = "suggestion-" + index;
    option.setAttribute("role", "option");
    option.lang = TIBETAN.test(text) ? "bo" : HAN.test(text) ? "zh-Hans-CN" : "en";
    if (at) option.className = "goes";
    option.textContent = text;
    list.appendChild(option);
  });
  list.hidden = !items.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  choose(-1);
}

/** Chooses an option, or with -1 the words themselves. */
function choose(index: number) {
  chosen = index;
  input.removeAttribute("aria-activedescendant");
  Array.from(list.children).forEach((option, i) => {
    option.setAttribute("aria-selected", String(i === index));
    if (i !== index) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  });
}

/** Nobody waits for the open question any more, and the link is free. */
function drop() {
  clearTimeout(timer);
  asked = "";
  if (control) control.abort();
}

function close() {
  drop();
  show([]);
}

/** Until the answer to the new words comes, that to the old ones stays: a list that comes and goes is hard to read. */
function look() {
  clearTimeout(timer);
  choose(-1);
  const text = input.value.trim();
  const says = text.length > 1 || TIBETAN.test(text) || HAN.test(text);
  if (!says) return close();
  timer = window.setTimeout(ask, known.has(text) ? 0 : PAUSE_MS, text);
}

async function ask(text: string) {
  if (text === asked) return;
  drop();
  asked = text;
  const items = known.get(text) || (await fetchItems(text));
  if (text !== asked) return;
  asked = "";
  show(items);
}

/** Whatever goes wrong: without a list the form does as well. */
async function fetchItems(text: string): Promise<Item[]> {
  // Browsers of early 2018 cannot take a question back.
  control = "AbortController" in window ? new AbortController() : undefined;
  try {
    const answer = await fetch("/api/v1/suggestions?q=" + encodeURIComponent(text), {
      credentials: "same-origin",
      headers: { accept: "application/json" },
      redirect: "error",
      signal: control && control.signal,
    });
    if (!answer.ok) throw answer;
    const items = read(await answer.json());
    known.set(text, items);
    return items;
  } catch {
    return [];
  }
}

/** An address with two slashes, or a slash and what a browser takes for the second, is another site's. */
function read(answer: { items: Item[] }): Item[] {
  return answer.items.slice(0, MOST).map(({ text, at }) => ({ text, at: /^\/\w/.test(at as string) ? at : "" }));
}

function go(index: number) {
  const { text, at } = offered[index];
  // As after a link that is pressed: on a slow link the page takes seconds.
  document.documentElement.classList.add("leaving");
  location.assign(at || "/search?q=" + encodeURIComponent(text));
}

function onKey(event: KeyboardEvent) {
  const { key, altKey, ctrlKey, metaKey, shiftKey, isComposing } = event;
  const open = !list.hidden;
  // One more place than options: the words themselves.
  const places = offered.length + 1;
  if (altKey || ctrlKey || metaKey || shiftKey || isComposing) return;
  if (key === "ArrowDown") choose(((chosen + 2) % places) - 1);
  else if (key === "ArrowUp") choose(((chosen + places) % places) - 1);
  else if (key === "Enter" && chosen >= 0) go(chosen);
  else if (key === "Escape") close();
  else {
    // Whoever moves in the words means them.
    if (/^(Home|End|Arrow)/.test(key)) choose(-1);
    return;
  }
  if (open) event.preventDefault();
}

function begin() {
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestions as string);
  (input.parentNode as HTMLElement).after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();
  // What is being composed are not yet words, and its own list lies where this one does; but keyboards on a screen have
  // theirs elsewhere, and compose every word.
  const isTouched = matchMedia("(pointer: coarse)").matches;
  input.addEventListener("input", (event) => ((event as InputEvent).isComposing && !isTouched) || look());
  input.addEventListener("compositionstart", () => isTouched || close());
  input.addEventListener("compositionend", look);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  addEventListener("pagehide", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const index = Array.from(list.children).indexOf(target as Element);
    if (index >= 0) go(index);
  });
}

const { connection } = navigator as { connection?: { saveData?: boolean } };
if (form && input && !(connection && connection.saveData)) begin();
export {};
