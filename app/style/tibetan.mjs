// Which Tibetan letters does a browser fetch that has none of its own? Noto Serif Tibetan (OFL), cut into three:
// the name of the language on every page, all that Tibetan is written with, and the whole for what is rare.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fontverter from "fontverter";
import { Blob, Buffer as Text, Face, Font, shape } from "harfbuzzjs";

const require = createRequire(import.meta.url);
const SOURCE = "@fontsource/noto-serif-tibetan/files/noto-serif-tibetan-tibetan-400-normal.woff2";

/** How the language switch names it (app/src/wire.rs). */
const NAME = "བོད་ཡིག";
const LETTERS = "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ";
/** Below a head letter. */
const HEADS = { ར: "ཀགངཇཉཏདནབམཙཛ", ལ: "ཀགངཅཇཏདཔབཧ", ས: "ཀགངཉཏདནཔབམཙ" };
/** Above a subjoined letter. */
const FEET = { "ྱ": "ཀཁགཔཕབམ", "ྲ": "ཀཁགཏཐདནཔཕབམཤསཧ", "ླ": "ཀགབཟརས", "ྭ": "ཀཁགཅཉཏདཙཚཞཟརལཤསཧ" };
/** Three high, and what Tibetan took over from Sanskrit and uses every day. */
const STACKS =
  "རྐྱ རྒྱ རྨྱ སྐྱ སྒྱ སྤྱ སྦྱ སྨྱ སྐྲ སྒྲ སྤྲ སྦྲ སྨྲ སྣྲ རྩྭ གྲྭ ཕྱྭ ཧྥ དྷ གྷ བྷ དྨ ཏྣ ཛྲ ནྡ ཎྜ ཥ ཀྵ ཊ ཌ ཎ པྟ ཏྟ ནྟ ཌྷ རྦྷ";
const VOWELS = ["", "ི", "ུ", "ེ", "ོ", "ཱ", "ཱི", "ཱུ", "ཾ", "ཻ", "ཽ", "ྀ"];
const MARKS = " ༄༅༈་༌།༎༏༑༔༼༽༠༡༢༣༤༥༦༧༨༩";

// hb-subset.h
const NO_HINTING = 0x1;
const NO_LAYOUT_CLOSURE = 0x200;
const FEATURE_TAGS = 6;
const WRITABLE = 2;

/** All stacks and vowels of ordinary Tibetan, a syllable each. */
function ordinary() {
  const headed = Object.entries(HEADS).flatMap(([head, roots]) => [...roots].map((root) => head + subjoined(root)));
  const footed = Object.entries(FEET).flatMap(([foot, roots]) => [...roots].map((root) => root + foot));
  const stacks = new Set([...LETTERS, ...headed, ...footed, ...STACKS.split(" ")]);
  return [...stacks].flatMap((stack) => VOWELS.map((vowel) => stack + vowel));
}

/** The letter as it is written below another (Unicode, Tibetan block). */
function subjoined(letter) {
  return String.fromCodePoint(letter.codePointAt(0) + 0x50);
}

/** The shapes that these syllables take: a font holds thousands of stacks, of which a text uses few. */
function shapes(font, syllables) {
  const found = new Set();
  for (const syllable of syllables) {
    const text = new Text();
    text.addText(syllable + "་");
    text.guessSegmentProperties();
    shape(font, text);
    for (const { codepoint } of text.getGlyphInfos()) found.add(codepoint);
  }
  if (found.has(0)) throw new Error("the font lacks a letter");
  return found;
}

/** The font with these shapes and characters alone. */
async function cut(bytes, glyphs, characters) {
  const wasm = readFileSync(require.resolve("harfbuzzjs/dist/harfbuzz-subset.wasm"));
  const { exports: hb } = (await WebAssembly.instantiate(wasm)).instance;
  hb._initialize();
  const place = hb.malloc(bytes.length);
  new Uint8Array(hb.memory.buffer).set(bytes, place);
  const face = hb.hb_face_create(hb.hb_blob_create(place, bytes.length, WRITABLE, 0, 0), 0);
  const wanted = hb.hb_subset_input_create_or_fail();
  hb.hb_subset_input_set_flags(wanted, NO_HINTING | NO_LAYOUT_CLOSURE);
  const features = hb.hb_subset_input_set(wanted, FEATURE_TAGS);
  hb.hb_set_clear(features);
  hb.hb_set_invert(features);
  for (const one of characters) hb.hb_set_add(hb.hb_subset_input_unicode_set(wanted), one.codePointAt(0));
  for (const one of glyphs) hb.hb_set_add(hb.hb_subset_input_glyph_set(wanted), one);
  const small = hb.hb_subset_or_fail(face, wanted);
  if (!small) throw new Error("harfbuzz cannot cut the font");
  const blob = hb.hb_face_reference_blob(small);
  const at = hb.hb_blob_get_data(blob, 0);
  // The WebAssembly ends with this function, and its memory with it.
  return Buffer.from(new Uint8Array(hb.memory.buffer).slice(at, at + hb.hb_blob_get_length(blob)));
}

/** Files by name. */
export async function fonts() {
  const whole = readFileSync(require.resolve(SOURCE));
  const bytes = await fontverter.convert(whole, "truetype");
  const font = new Font(new Face(new Blob(bytes)));
  const small = async (syllables, marks) => {
    const letters = new Set([...syllables.join(""), ...marks]);
    return fontverter.convert(await cut(bytes, shapes(font, syllables), letters), "woff2");
  };
  return {
    "tibetan-name.woff2": await small(NAME.split("་"), "་"),
    "tibetan.woff2": await small(ordinary(), MARKS),
    "tibetan-rare.woff2": whole,
  };
}
