// How do the style sheet and the Tibetan letters get built? `node style/build.mjs OUTDIR`
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "lightningcss";
import { fonts } from "./tibetan.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const version = (major, minor = 0) => (major << 16) | (minor << 8);

/** The oldest browsers of the clinics' shared computers and phones. */
const TARGETS = {
  chrome: version(64),
  firefox: version(60),
  safari: version(11, 1),
  ios_saf: version(11, 3),
};

const outdir = process.argv[2];
if (!outdir) {
  process.stderr.write("usage: node style/build.mjs OUTDIR\n");
  process.exit(2);
}
mkdirSync(outdir, { recursive: true });
const { code, warnings } = bundle({ filename: join(here, "main.css"), minify: true, targets: TARGETS });
if (warnings.length) throw new Error(JSON.stringify(warnings));
writeFileSync(join(outdir, "main.css"), code);
for (const [name, bytes] of Object.entries(await fonts())) writeFileSync(join(outdir, name), bytes);
