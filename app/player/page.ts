// What does every page do for itself once scripts run? Nothing that it cannot do without. (an entry: every page)
import { confirmations } from "./confirm";
import { keys } from "./keys";
import { transcript } from "./transcript";
import { foretell } from "./wait";

/** Longer than this, and a person presses again because nothing seems to happen. */
const PATIENCE_MS = 300;
/** A download looks like leaving, but no page comes. */
const LONGEST_MS = 15000;

/** What the address said once, it does not say again: a second of the video, a thing just done. */
function tidyAddress() {
  const address = new URL(location.href);
  ["t", "done"].forEach((name) => address.searchParams.delete(name));
  if (address.href !== location.href) history.replaceState(history.state, "", address.href);
}

/** Does this press lead to another page here? */
function leads(event: Event): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey, target } = event as MouseEvent;
  if (event.type === "submit") return (target as Element).getAttribute("method") !== "dialog";
  const link = (target as Element).closest("a[href]");
  if (!link || altKey || ctrlKey || metaKey || shiftKey || link.hasAttribute("download")) return false;
  const { href } = link as HTMLAnchorElement;
  return !href.includes("#") || href.split("#")[0] !== location.href.split("#")[0];
}

/**
 * On a slow link the next page takes seconds: the pressed one says that it is coming. Not by `beforeunload`, for which
 * browsers would forget the page and load it again on the way back.
 */
function leaving() {
  const root = document.documentElement;
  let timer = 0;
  const stay = () => {
    clearTimeout(timer);
    root.classList.remove("leaving");
  };
  const go = (event: Event) => {
    if (!leads(event)) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      // By now everybody who handles the press on this page has had it.
      if (event.defaultPrevented) return;
      root.classList.add("leaving");
      timer = window.setTimeout(stay, LONGEST_MS);
    }, PATIENCE_MS);
  };
  document.addEventListener("click", go);
  document.addEventListener("submit", go);
  addEventListener("pageshow", stay);
}

/** Says when the link is lost, and what that means. */
function link() {
  const lost = document.getElementById("link-lost");
  const tell = () => lost && (lost.hidden = navigator.onLine !== false);
  addEventListener("offline", tell);
  addEventListener("online", () => {
    tell();
    // The offline page stands at the address that could not be reached.
    if (document.body.dataset.offline) location.reload();
  });
  tell();
}

tidyAddress();
confirmations();
transcript();
keys();
foretell();
leaving();
link();
addEventListener("load", () => {
  const { serviceWorker } = navigator;
  if (serviceWorker) serviceWorker.register("/sw.js").catch(() => {});
});
