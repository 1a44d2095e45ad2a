// Is it really meant? What takes something away asks first, where the browser has dialogs.

/** A form with `data-confirm` opens the dialog of that id, which holds the same form again. */
export function confirmations() {
  document.addEventListener("submit", (event) => {
    const { confirm } = (event.target as HTMLElement).dataset;
    const dialog = confirm && (document.getElementById(confirm) as HTMLDialogElement | null);
    if (!dialog || !dialog.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
}
