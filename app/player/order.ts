// How are things moved about? Where pages have lists in an order: buttons without a new page, and dragging. (an entry)

/** So far (px) a pointer moves before it drags. */
const SLACK = 4;

/** So near (px) to the edge of the window a drag scrolls it. */
const EDGE = 48;

const ordered = document.getElementById("ordered") as HTMLElement;

type Fields = { [name: string]: string };

/** What moves with a form of buttons: its row, or the heading of its module. */
function itemOf(form: HTMLFormElement): HTMLElement {
  return form.closest<HTMLElement>("[data-order] > *") || (form.parentNode as HTMLElement);
}

/**
 * Sends a move as the form would be sent, and takes the lists of the page that answers in the place of these: the server
 * alone knows the order.
 */
async function send(form: HTMLFormElement, fields: Fields) {
  const { name = "" } = form.dataset;
  const { id } = itemOf(form);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
    if (!answer.ok) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("ordered");
    if (!next) throw answer;
    replace(next);
    focus(id, fields.by);
    tell(id, name);
  } catch {
    say(ordered.dataset.failed as string);
    // A drop is undone by what the server says.
    if (!fields.by) location.reload();
  }
}

function replace(next: HTMLElement) {
  const open = Array.from(ordered.querySelectorAll("details[open]"), (fold) => (fold.closest("[id]") as HTMLElement).id);
  while (ordered.firstChild) ordered.removeChild(ordered.firstChild);
  Array.from(next.childNodes).forEach((node) => ordered.appendChild(document.importNode(node, true)));
  open.forEach((id) => {
    const fold = document.querySelector<HTMLDetailsElement>(`[id="${id}"] details`);
    if (fold) fold.open = true;
  });
  grips();
}

/** The button that was pressed, or its twin at the end of a list. */
function focus(id: string, by = "1") {
  const buttons = Array.from(document.querySelectorAll<HTMLButtonElement>(`[id="${id}"] .movers button`));
  const wanted = buttons.find((one) => one.value === by && !one.disabled) || buttons.find((one) => !one.disabled);
  if (wanted) wanted.focus();
}

function tell(id: string, name: string) {
  const item = document.getElementById(id);
  const among = item && (item.closest("[data-order]") ? siblings(item) : headings());
  if (!item || !among) return;
  const words: Fields = { name, place: String(among.indexOf(item) + 1), count: String(among.length) };
  say((ordered.dataset.moved as string).replace(/\{(\w+)\}/g, (_, word: string) => words[word]));
}

function siblings(item: HTMLElement): HTMLElement[] {
  return Array.from((item.parentNode as HTMLElement).children) as HTMLElement[];
}

function headings(): HTMLElement[] {
  return Array.from(ordered.querySelectorAll<HTMLElement>(".section-head"));
}

function say(words: string) {
  const place = document.getElementById("order-said");
  if (place) place.textContent = words;
}

function onSubmit(event: Event) {
  const form = event.target as HTMLFormElement;
  const button = document.activeElement as HTMLButtonElement | null;
  if (!form.matches(".movers") || !button || button.form !== form) return;
  event.preventDefault();
  void send(form, { by: button.value });
}

/** The arrows move what has the focus on one of its buttons. */
function onKey(event: KeyboardEvent) {
  const form = (event.target as HTMLElement).closest<HTMLFormElement>(".movers");
  const by = { ArrowUp: "-1", ArrowDown: "1" }[event.key];
  if (!form || !by || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  void send(form, { by });
}

/** Rows can be taken by a grip; whoever cannot drag has the buttons. */
function grips() {
  ordered.querySelectorAll<HTMLElement>("[data-order] > *").forEach((item) => {
    const form = item.querySelector<HTMLFormElement>(".movers");
    if (!form || item.querySelector(".grip")) return;
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.setAttribute("aria-hidden", "true");
    grip.addEventListener("pointerdown", (event) => take(event, item, form));
    item.insertBefore(grip, item.firstChild);
  });
}

function take(start: PointerEvent, item: HTMLElement, form: HTMLFormElement) {
  if (start.button) return;
  const home = { list: item.parentNode as HTMLElement, before: item.nextSibling };
  let moves = false;
  const move = (event: PointerEvent) => {
    moves = moves || Math.abs(event.clientY - start.clientY) > SLACK;
    if (!moves) return;
    item.classList.add("dragged");
    reach(event.clientY);
    settle(item, event.clientY);
  };
  const end = (event: Event) => {
    ordered.removeEventListener("pointermove", move);
    ["pointerup", "pointercancel"].forEach((name) => ordered.removeEventListener(name, end));
    removeEventListener("keydown", cancel, true);
    item.classList.remove("dragged");
    if (!moves) return;
    if (event.type === "pointerup") drop(item, form);
    else home.list.insertBefore(item, home.before);
  };
  const cancel = (event: KeyboardEvent) => event.key === "Escape" && end(event);
  // What is moved about in the page loses the pointer; what is around it does not.
  ordered.setPointerCapture(start.pointerId);
  ordered.addEventListener("pointermove", move);
  ["pointerup", "pointercancel"].forEach((name) => ordered.addEventListener(name, end));
  addEventListener("keydown", cancel, true);
  start.preventDefault();
}

/** Near an edge of the window the page goes on: a list may be longer than the screen. */
function reach(y: number) {
  if (y < EDGE) scrollBy(0, y - EDGE);
  else if (y > innerHeight - EDGE) scrollBy(0, y - innerHeight + EDGE);
}

/** Puts the row where the pointer is: in its own list, or in one of the same kind. */
function settle(item: HTMLElement, y: number) {
  const { order } = (item.parentNode as HTMLElement).dataset;
  const lists = Array.from(ordered.querySelectorAll<HTMLElement>(`[data-order="${order}"]`));
  const distance = (list: HTMLElement) => {
    const { top, bottom } = list.getBoundingClientRect();
    return Math.max(top - y, y - bottom, 0);
  };
  const list = lists.reduce((best, one) => (distance(one) < distance(best) ? one : best));
  const others = Array.from(list.children).filter((one) => one !== item);
  const next = others.find((one) => {
    const { top, height } = one.getBoundingClientRect();
    return y < top + height / 2;
  });
  if (item.nextSibling !== (next || null) || item.parentNode !== list) list.insertBefore(item, next || null);
}

function drop(item: HTMLElement, form: HTMLFormElement) {
  const fields: Fields = { to: String(siblings(item).indexOf(item)) };
  const { module } = (item.parentNode as HTMLElement).dataset;
  if (module != null) fields.module = module;
  void send(form, fields);
}

if (ordered) {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  if ("PointerEvent" in window) grips();
}
