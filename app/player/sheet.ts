// How does one move and paste in a sheet? As in a table program; without this program a field takes what is pasted.
// (an entry: the sheet of resources)

type Cell = HTMLTextAreaElement;

const form = document.querySelector<HTMLFormElement>("#sheet");

/** Every row's cells. */
const grid = (form: HTMLFormElement): Cell[][] =>
  Array.from(form.querySelectorAll("tbody tr"), (row) => Array.from(row.querySelectorAll<Cell>("td textarea")));

function placeOf(rows: Cell[][], cell: Cell): [number, number] {
  const row = rows.findIndex((cells) => cells.indexOf(cell) >= 0);
  return [row, row < 0 ? -1 : rows[row].indexOf(cell)];
}

/** Rows of cells as table programs copy them: a tab between cells; a cell with a line end stands in quotes. */
export function cut(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const all = text.replace(/\r\n?/g, "\n");
  for (let at = 0; at < all.length; at++) {
    const char = all[at];
    if (char === '"' && quoted && all[at + 1] === '"') {
      cell += char;
      at++;
    } else if (char === '"' && (quoted || !cell)) {
      quoted = !quoted;
    } else if (char === "\t" && !quoted) {
      row.push(cell);
      cell = "";
    } else if (char === "\n" && !quoted) {
      rows.push(row.concat(cell));
      row = [];
      cell = "";
    } else {
      cell += char;
    }
  }
  return cell || row.length ? rows.concat([row.concat(cell)]) : rows;
}

function paste(event: ClipboardEvent, form: HTMLFormElement) {
  const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
  const rows = grid(form);
  const [top, left] = placeOf(rows, event.target as Cell);
  // A single cell goes in where the caret is.
  if (top < 0 || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  event.preventDefault();
  cut(text).forEach((cells, down) => {
    cells.forEach((value, right) => {
      const cell = rows[top + down] && rows[top + down][left + right];
      if (!cell) return;
      cell.value = value;
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
}

/** Enter goes down; arrows leave a cell at its edges; Alt+Enter is a new line in it. */
function move(event: KeyboardEvent, form: HTMLFormElement) {
  const cell = event.target as Cell;
  const rows = grid(form);
  const [row, column] = placeOf(rows, cell);
  if (row < 0 || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && event.altKey) {
    event.preventDefault();
    cell.setRangeText("\n", cell.selectionStart, cell.selectionEnd, "end");
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  const { selectionStart, selectionEnd, value } = cell;
  const whole = selectionStart === 0 && selectionEnd === value.length;
  const first = whole || (selectionEnd === 0 && selectionStart === 0);
  const last = whole || selectionStart === value.length;
  const top = value.lastIndexOf("\n", selectionStart - 1) < 0;
  const bottom = value.indexOf("\n", selectionEnd) < 0;
  const steps: { [key: string]: [boolean, number, number] } = {
    Enter: [true, event.shiftKey ? -1 : 1, 0],
    ArrowUp: [top, -1, 0],
    ArrowDown: [bottom, 1, 0],
    ArrowLeft: [first, 0, -1],
    ArrowRight: [last, 0, 1],
  };
  const step = steps[event.key];
  if (!step || !step[0] || (event.shiftKey && event.key !== "Enter")) return;
  const next = rows[row + step[1]] && rows[row + step[1]][column + step[2]];
  event.preventDefault();
  if (!next) return;
  next.focus();
  next.select();
}

if (form) {
  form.addEventListener("paste", (event) => paste(event, form));
  form.addEventListener("keydown", (event) => move(event, form));
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
}
