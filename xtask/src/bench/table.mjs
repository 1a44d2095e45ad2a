// How fast is the table of resources of a running server, in each order and under each filter? `node table.mjs ADDRESS SIGN-INS`
import { peopleOf, tokenOf } from "./people.mjs";

const [address, signIns] = process.argv.slice(2);
/** How many pages of each are asked for, one behind the other. */
const PAGES = 40;
const VIEWS = [
  "sort=newest", "sort=oldest", "sort=title", "sort=largest", "sort=longest", "sort=review",
  "kind=courseware", "kind=courseware&language=bo", "language=bo&sort=title", "use=unused", "use=unused&sort=largest",
  "use=used&sort=title", "broken=1", "broken=1&sort=title", "review=overdue", "review=soon&sort=title", "mine=1&sort=oldest",
  "q=%E9%AB%98%E8%A1%80%E5%8E%8B", "q=%E8%A1%80%E5%8E%8B&sort=title", "q=%E8%A1%80&sort=largest", "q=nothing-has-this-word",
  "q=a%20b%20c&kind=courseware&language=en&use=unused&sort=longest",
];

const token = await tokenOf(address, peopleOf(signIns, "content-manager")[0]);
const headers = { authorization: `Bearer ${token}`, "accept-encoding": "br" };

async function page(path) {
  const begun = performance.now();
  const answer = await fetch(address + path, { headers });
  const html = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return { ms: performance.now() - begun, html };
}

/** The address of the next page, as its form carries it. */
function next(html) {
  const field = html.split("<input").find((one) => one.includes('name="next"'));
  return field && /value="([^"]*)"/.exec(field)[1].replace(/&amp;/g, "&");
}

const views = [...VIEWS];
// The first aspect and the first column that the filter offers.
const { html } = await page("/studio/resources");
for (const name of ["column", "aspect", "audience"]) {
  const options = new RegExp(`<select[^>]*name="${name}".*?</select>`, "s").exec(html);
  const value = options && /value="([^"]+)"/.exec(options[0].slice(options[0].indexOf("</option>")));
  if (value) views.push(`${name}=${value[1]}`, `${name}=${value[1]}&sort=title`);
}
const all = [];
const told = [];
for (const view of views) {
  const times = [];
  let rows = 0;
  for (let path = `/studio/resources?${view}`, count = 0; path && count < PAGES; count += 1) {
    const { ms, html } = await page(path);
    times.push(ms);
    rows += html.split('name="pick"').length - 1;
    path = next(html);
  }
  all.push(...times);
  told.push({ view, pages: times.length, rows, p50: at(times, 0.5), p99: at(times, 0.99) });
}
process.stdout.write(JSON.stringify({ views: told, pages: all.length, p50: at(all, 0.5), p99: at(all, 0.99) }));

function at(times, share) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
