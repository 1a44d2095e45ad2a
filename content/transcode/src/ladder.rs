//! Which renditions does a source get? Pure: what was seen in, rungs out.
//!
//! The figures were measured; see README. Slides keep their size: frame rate and key frames are the
//! levers, since a lower resolution of text costs as much and cannot be read.

use crate::job::{Class, Part};

mod times;

pub(crate) use times::{cuts, key_every, stills};

/// Who decodes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Everything that plays video.
    H264,
    /// Browsers of the last years, at a half to a quarter of the bits.
    Av1,
}

/// One video rendition to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) name: String,
    pub(crate) family: Family,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) frame_rate: (i32, i32),
    /// Rate control never spends more than this over its buffer of two seconds.
    pub(crate) most_bits_per_second: u32,
    /// The encoder's constant rate factor: larger is coarser.
    pub(crate) rate_factor: u32,
    /// SVT-AV1's preset: smaller is slower and better.
    pub(crate) preset: u32,
    /// Drawn pictures: text, flat areas.
    pub(crate) is_screen: bool,
}

struct Step {
    family: Family,
    part: Part,
    /// Lines of the shorter side at most.
    short_side: u32,
    most_rate: (i32, i32),
    rate_factor: u32,
    most_bits_per_second: u32,
    preset: u32,
}

const fn step(
    (family, part): (Family, Part),
    short_side: u32,
    most_rate: (i32, i32),
    (rate_factor, preset): (u32, u32),
    most_kbit: u32,
) -> Step {
    Step { family, part, short_side, most_rate, rate_factor, most_bits_per_second: most_kbit * 1000, preset }
}

use Family::{Av1, H264};

const SLIDES: [Step; 4] = [
    step((H264, Part::First), 1080, (5, 1), (35, 0), 200),
    step((Av1, Part::Small), 1080, (5, 1), (60, 6), 60),
    step((H264, Part::Fine), 1080, (10, 1), (27, 0), 400),
    step((Av1, Part::Fine), 1080, (10, 1), (48, 7), 240),
];

const MIXED: [Step; 4] = [
    step((H264, Part::First), 1080, (25, 2), (34, 0), 200),
    step((Av1, Part::Small), 1080, (25, 2), (58, 7), 120),
    step((H264, Part::Fine), 1080, (25, 2), (27, 0), 600),
    step((Av1, Part::Fine), 1080, (25, 2), (48, 8), 300),
];

const NATURAL: [Step; 7] = [
    step((H264, Part::First), 240, (25, 1), (29, 0), 110),
    step((Av1, Part::Small), 240, (25, 1), (56, 5), 60),
    step((Av1, Part::Small), 360, (25, 1), (57, 5), 120),
    step((H264, Part::Fine), 360, (25, 1), (29, 0), 250),
    step((H264, Part::Fine), 480, (25, 1), (29, 0), 500),
    step((Av1, Part::Fine), 540, (25, 1), (55, 5), 240),
    step((Av1, Part::Sharp), 720, (25, 1), (53, 7), 600),
];

impl Class {
    fn steps(self) -> &'static [Step] {
        match self {
            Self::Slides => &SLIDES,
            Self::Mixed => &MIXED,
            Self::Natural => &NATURAL,
        }
    }
}

impl Part {
    fn takes(self, step: &Step) -> bool {
        match self {
            Self::H264 => step.family == Family::H264,
            part => step.part == part,
        }
    }

    /// Whether the sound is made in this part.
    pub(crate) fn has_sound(self) -> bool {
        matches!(self, Self::First | Self::H264)
    }

    /// Whether the poster is.
    pub(crate) fn has_poster(self) -> bool {
        self == Self::First
    }
}

/// The rungs of one part for an upright picture with square pixels, lowest first; never larger than the source, and
/// none that would only repeat a smaller one.
pub(crate) fn rungs(class: Class, part: Part, (width, height): (u32, u32), source_rate: (i32, i32)) -> Vec<Rung> {
    let short = width.min(height);
    let mut rungs: Vec<(&Step, Rung)> = Vec::new();
    for step in class.steps() {
        let fits = if step.short_side >= short { even(width, height) } else { fit(width, height, step.short_side) };
        let rung = rung(step, class, fits, frame_rate(source_rate, step.most_rate));
        // A small source would fill several steps with the same picture.
        let is_new = class != Class::Natural || !rungs.iter().any(|(_, other)| is_same_picture(other, &rung));
        if is_new {
            rungs.push((step, rung));
        }
    }
    rungs.into_iter().filter(|(step, _)| part.takes(step)).map(|(_, rung)| rung).collect()
}

/// Not a sixth larger.
fn is_same_picture(smaller: &Rung, rung: &Rung) -> bool {
    let short = |rung: &Rung| rung.width.min(rung.height);
    smaller.family == rung.family && short(rung) * 100 <= short(smaller) * 115
}

fn rung(step: &Step, class: Class, (width, height): (u32, u32), frame_rate: (i32, i32)) -> Rung {
    let lines = width.min(height);
    let family = match step.family {
        Family::H264 => "h264",
        Family::Av1 => "av1",
    };
    // Drawn pictures of one size come in two qualities.
    let fine = if class != Class::Natural && step.part == Part::Fine { "-fine" } else { "" };
    Rung {
        name: format!("{family}-{lines}p{fine}"),
        family: step.family,
        width,
        height,
        frame_rate,
        most_bits_per_second: step.most_bits_per_second,
        rate_factor: step.rate_factor,
        preset: step.preset,
        is_screen: class != Class::Natural,
    }
}

/// Both sides so that the shorter one is `short` and the proportions stay, to the nearest even number.
pub(crate) fn fit(width: u32, height: u32, short: u32) -> (u32, u32) {
    let (from_short, from_long) = (width.min(height).max(1), width.max(height));
    let halves = (u64::from(from_long) * u64::from(short) + u64::from(from_short)) / (2 * u64::from(from_short));
    let long = u32::try_from(halves * 2).unwrap_or(u32::MAX - 1);
    if width < height { (short, long) } else { (long, short) }
}

/// SVT-AV1 takes no picture under this size.
const LEAST_SIDE: u32 = 64;

/// The picture's own size, both sides even; a tiny one is enlarged to what encoders take.
fn even(width: u32, height: u32) -> (u32, u32) {
    if width.min(height) < LEAST_SIDE {
        return fit(width, height, LEAST_SIDE);
    }
    (even_below(width), even_below(height))
}

pub(crate) fn even_below(side: u32) -> u32 {
    (side & !1).max(2)
}

/// Frame rates worth keeping, as fractions; all else is rounded up to the next.
const RATES: [(i32, i32); 13] = [
    (1, 1),
    (2, 1),
    (5, 1),
    (15, 2),
    (8, 1),
    (10, 1),
    (12, 1),
    (25, 2),
    (15, 1),
    (20, 1),
    (24000, 1001),
    (24, 1),
    (25, 1),
];

/// The frame rate of a rung, from the source's average rate and the most that is worth its bits.
///
/// A variable-rate recording gets the next steady rate above its average, so that key frames can be aligned.
fn frame_rate((numerator, denominator): (i32, i32), most: (i32, i32)) -> (i32, i32) {
    let value = |(n, d): (i32, i32)| f64::from(n) / f64::from(d);
    if numerator <= 0 || denominator <= 0 {
        return most;
    }
    let wanted = value((numerator, denominator));
    let steady = RATES.into_iter().find(|rate| value(*rate) * 1.0005 >= wanted).unwrap_or(most);
    if value(steady) > value(most) { most } else { steady }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_gets_every_rung_it_can_fill_and_none_above() {
        let table = [
            (
                Class::Slides,
                (1920, 1080),
                "h264-1080p 1920x1080, av1-1080p 1920x1080, h264-1080p-fine 1920x1080, av1-1080p-fine 1920x1080",
            ),
            (
                Class::Slides,
                (3840, 2160),
                "h264-1080p 1920x1080, av1-1080p 1920x1080, h264-1080p-fine 1920x1080, av1-1080p-fine 1920x1080",
            ),
            (
                Class::Mixed,
                (1024, 768),
                "h264-768p 1024x768, av1-768p 1024x768, h264-768p-fine 1024x768, av1-768p-fine 1024x768",
            ),
            (
                Class::Natural,
                (1280, 720),
                "h264-240p 426x240, av1-240p 426x240, av1-360p 640x360, h264-360p 640x360, h264-480p 854x480, av1-540p 960x540, av1-720p 1280x720",
            ),
            (
                Class::Natural,
                (720, 1280),
                "h264-240p 240x426, av1-240p 240x426, av1-360p 360x640, h264-360p 360x640, h264-480p 480x854, av1-540p 540x960, av1-720p 720x1280",
            ),
            (Class::Natural, (401, 301), "h264-240p 320x240, av1-240p 320x240, av1-300p 400x300, h264-300p 400x300"),
            (Class::Natural, (320, 240), "h264-240p 320x240, av1-240p 320x240"),
            (Class::Natural, (321, 181), "h264-180p 320x180, av1-180p 320x180"),
            (Class::Natural, (1, 1), "h264-64p 64x64, av1-64p 64x64"),
        ];
        for (class, size, expected) in table {
            let made = Part::ALL.map(|part| rungs(class, part, size, (25, 1))).concat();
            let made: Vec<_> =
                made.iter().map(|rung| format!("{} {}x{}", rung.name, rung.width, rung.height)).collect();
            assert_eq!(made.join(", "), expected, "{class:?} {size:?}");
        }
    }

    #[test]
    fn the_first_part_plays_everywhere_and_one_pass_makes_the_same_h264() {
        for class in [Class::Slides, Class::Mixed, Class::Natural] {
            let of = |part| rungs(class, part, (1280, 720), (30, 1));
            assert_eq!(of(Part::First).iter().map(|rung| rung.family).collect::<Vec<_>>(), [H264]);
            let mut all = Part::ALL.map(of).concat();
            all.retain(|rung| rung.family == H264);
            assert_eq!(all, of(Part::H264));
        }
    }

    #[test]
    fn a_process_opens_av1_encoders_of_one_preset() {
        for class in [Class::Slides, Class::Mixed, Class::Natural] {
            for part in Part::ALL {
                let mut presets: Vec<u32> = rungs(class, part, (1920, 1080), (25, 1))
                    .into_iter()
                    .filter(|rung| rung.family == Family::Av1)
                    .map(|rung| rung.preset)
                    .collect();
                presets.dedup();
                assert!(presets.len() <= 1, "{class:?} {part:?}: {presets:?}");
            }
        }
    }

    #[test]
    fn steady_rates_stay_and_unsteady_ones_become_steady() {
        for (average, most, expected) in [
            ((25, 1), (25, 1), (25, 1)),
            ((30000, 1001), (25, 1), (25, 1)),
            ((24000, 1001), (25, 1), (24000, 1001)),
            ((1_000_000, 66_667), (25, 1), (15, 1)),
            ((1097, 100), (25, 1), (12, 1)),
            ((0, 0), (25, 1), (25, 1)),
            ((1, 90), (5, 1), (1, 1)),
            ((60, 1), (5, 1), (5, 1)),
            ((10, 1), (25, 2), (10, 1)),
        ] {
            assert_eq!(frame_rate(average, most), expected, "{average:?}");
        }
    }
}
