// How do the browser's scripts get built? `node player/build.mjs OUTDIR`
import { build } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { minify as shorten } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
export const ENTRIES = ["player", "outbox", "upload", "captions", "picks", "sheet", "reader", "order", "search", "page", "sw"];

/**
 * Members of our own that no answer of the server knows: they may be called anything. Where an element has one of the same
 * name (`complete`, `loading`), its own is named in quotes, which are kept.
 */
const OURS = [
  ...["acknowledged", "sendLeaving", "sendAll", "mustWait", "checkPerson", "rest_ms", "initiated", "nameAt", "laid"],
  ...["ahead_s", "edge_s", "mayFetch", "stretch_ms", "stepDown", "foresee", "stalled_at", "busy_ms", "ladders", "at_s"],
  ...["keepSmooth", "unfold", "foreseen", "makeRoom", "settled", "abandon", "nextPause", "mayFetch", "running", "dead", "loading"],
  ...["tracks", "meter", "ladder", "rung", "waiting", "changed", "wake", "pick", "jump", "stall", "finished", "fail", "edge", "busy"],
  ...["sample", "take", "change", "report", "again", "append", "source", "buffer", "resting", "sampled", "ahead_ms", "heard", "prefix", "current", "halt", "stopped", "since", "weight", "short", "long", "half_ms", "shown", "next", "begin", "arrived"],
  ...["shared_bits_per_second", "screen_lines", "save_data", "wary", "sittings", "courier", "outbox", "announce"],
  ...["complete", "job", "brought", "head", "segments", "seek", "stop", "prepare", "step", "sum", "cut", "runs", "rest", "tell", "answers"],
];

/** Five percent of the player more than esbuild alone finds; nothing newer than what it was given comes out. */
const SHORTER = {
  module: true,
  ecma: 2017,
  compress: { passes: 3, unsafe_arrows: true, pure_getters: true, keep_fargs: false, hoist_props: true },
  mangle: true,
};

export async function bundle(outdir, { minify = true } = {}) {
  const { outputFiles } = await build({
    entryPoints: ENTRIES.map((name) => join(here, name + ".ts")),
    outdir: resolve(outdir),
    // The alias below is looked up from here, wherever the build was called.
    absWorkingDir: dirname(here),
    bundle: true,
    format: "esm",
    target: ["chrome64", "safari11.1", "ios11.3", "firefox60"],
    // Old Safari breaks on rare forms of destructuring (defaults with calls) that nothing here uses.
    supported: { destructuring: true },
    charset: "utf8",
    legalComments: "none",
    // The browser sources, which need no ES5: two thirds of the size.
    alias: { "tus-js-client": "tus-js-client/lib/browser/index.js" },
    minify,
    mangleProps: new RegExp(`^(${OURS.join("|")})$`),
    logLevel: "warning",
    write: false,
  });
  await mkdir(resolve(outdir), { recursive: true });
  for (const { path, text } of outputFiles) await writeFile(path, minify ? (await shorten(text, SHORTER)).code : text);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const outdir = process.argv[2];
  if (!outdir) {
    process.stderr.write("usage: node player/build.mjs OUTDIR\n");
    process.exit(2);
  }
  await bundle(outdir);
}
