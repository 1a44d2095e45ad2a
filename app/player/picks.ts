// Is a pick kept at once? Without this program the buttons of the table keep it. (an entry: the table of resources)

const form = document.querySelector<HTMLFormElement>("#picks");

/** One row: that it was shown, and whether it is picked. */
function keep(form: HTMLFormElement, box: HTMLInputElement) {
  const fields = new URLSearchParams({ shown: box.value });
  if (box.checked) fields.set("pick", box.value);
  const told = document.querySelector<HTMLElement>("#picked");
  fetch(form.action, { method: "POST", headers: { "x-menpa-script": "1" }, body: fields, redirect: "error" })
    .then((answer) => (answer.ok ? answer.text() : ""))
    // What could not be kept now goes with the next button.
    .then((count) => count && told && (told.textContent = (told.dataset.text || "").replace("{count}", count)))
    .catch(() => {});
}

if (form) {
  form.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.name === "pick") keep(form, box);
  });
}
export {};
