//! Which renditions does a source get? Pure: sizes and rates in, rungs out.

/// One video rendition to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) name: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The rate control never spends more than this over its buffer of two seconds.
    pub(crate) most_bits_per_second: u32,
    /// x264's constant rate factor: larger is coarser.
    pub(crate) rate_factor: u32,
}

struct Step {
    short_side: u32,
    most_bits_per_second: u32,
    rate_factor: u32,
}

const STEPS: [Step; 3] = [
    Step { short_side: 240, most_bits_per_second: 150_000, rate_factor: 28 },
    Step { short_side: 480, most_bits_per_second: 500_000, rate_factor: 29 },
    Step { short_side: 720, most_bits_per_second: 1_200_000, rate_factor: 30 },
];

/// A source this much taller than its highest step, in percent, is worth a rung of its own size.
const WORTH_A_RUNG_PERCENT: u32 = 115;

/// The rungs for an upright picture with square pixels, lowest first; never larger than the source.
pub(crate) fn rungs(width: u32, height: u32) -> Vec<Rung> {
    let short = width.min(height);
    let own = (even_below(width), even_below(height));
    let mut rungs: Vec<Rung> = STEPS
        .iter()
        .filter(|step| step.short_side <= short)
        .map(|step| rung(step, fit(width, height, step.short_side)))
        .collect();
    let above = STEPS.iter().find(|step| step.short_side > short);
    match (above, rungs.last()) {
        (_, None) => rungs.push(rung(&STEPS[0], own)),
        (Some(above), Some(below)) if short * 100 > below.height.min(below.width) * WORTH_A_RUNG_PERCENT => {
            rungs.push(between(above, own));
        }
        _ => {}
    }
    rungs
}

/// A source between two steps keeps its own size, with its share of the higher step's bits.
fn between(above: &Step, own: (u32, u32)) -> Rung {
    let (short, step) = (u64::from(own.0.min(own.1)), u64::from(above.short_side));
    let most = u64::from(above.most_bits_per_second) * short * short / (step * step);
    Rung { most_bits_per_second: u32::try_from(most).unwrap_or(above.most_bits_per_second), ..rung(above, own) }
}

/// The rung for plain download: the best of at most 480 lines.
pub(crate) fn progressive(rungs: &[Rung]) -> usize {
    rungs.iter().rposition(|rung| rung.width.min(rung.height) <= 480).unwrap_or(0)
}

fn rung(step: &Step, (width, height): (u32, u32)) -> Rung {
    Rung {
        name: format!("{}p", width.min(height)),
        width,
        height,
        most_bits_per_second: step.most_bits_per_second,
        rate_factor: step.rate_factor,
    }
}

/// Both sides so that the shorter one is `short` and the proportions stay, to the nearest even number.
pub(crate) fn fit(width: u32, height: u32, short: u32) -> (u32, u32) {
    let (from_short, from_long) = (width.min(height).max(1), width.max(height));
    let halves = (u64::from(from_long) * u64::from(short) + u64::from(from_short)) / (2 * u64::from(from_short));
    let long = u32::try_from(halves * 2).unwrap_or(u32::MAX - 1);
    if width < height { (short, long) } else { (long, short) }
}

pub(crate) fn even_below(side: u32) -> u32 {
    (side & !1).max(2)
}

/// Frame rates worth keeping, as fractions; all else is rounded up to the next, and 25 is the ceiling.
const RATES: [(i32, i32); 12] =
    [(1, 1), (2, 1), (5, 1), (15, 2), (8, 1), (10, 1), (12, 1), (25, 2), (15, 1), (20, 1), (24000, 1001), (24, 1)];

/// The frame rate of every rung, from the source's average rate.
///
/// A variable-rate recording gets the next steady rate above its average, so that keyframes can be aligned.
pub(crate) fn frame_rate((numerator, denominator): (i32, i32)) -> (i32, i32) {
    if numerator <= 0 || denominator <= 0 {
        return (25, 1);
    }
    let wanted = f64::from(numerator) / f64::from(denominator);
    RATES.into_iter().find(|(n, d)| f64::from(*n) / f64::from(*d) * 1.0005 >= wanted).unwrap_or((25, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_gets_every_rung_it_can_fill_and_none_above() {
        let table = [
            (1920, 1080, "240p 426x240, 480p 854x480, 720p 1280x720"),
            (1280, 720, "240p 426x240, 480p 854x480, 720p 1280x720"),
            (1279, 719, "240p 426x240, 480p 854x480, 718p 1278x718"),
            (640, 360, "240p 426x240, 360p 640x360"),
            (360, 640, "240p 240x426, 360p 360x640"),
            (854, 540, "240p 380x240, 480p 760x480"),
            (640, 480, "240p 320x240, 480p 640x480"),
            (480, 854, "240p 240x428, 480p 480x854"),
            (320, 240, "240p 320x240"),
            (320, 180, "180p 320x180"),
            (321, 181, "180p 320x180"),
            (1, 1, "2p 2x2"),
        ];
        for (width, height, expected) in table {
            let made: Vec<String> = rungs(width, height)
                .iter()
                .map(|rung| format!("{} {}x{}", rung.name, rung.width, rung.height))
                .collect();
            assert_eq!(made.join(", "), expected, "{width}x{height}");
        }
    }

    #[test]
    fn the_plain_download_is_the_best_rung_up_to_480_lines() {
        for ((width, height), name) in
            [((1280, 720), "480p"), ((720, 1280), "480p"), ((400, 300), "300p"), ((100, 60), "60p")]
        {
            let rungs = rungs(width, height);
            assert_eq!(rungs[progressive(&rungs)].name, name);
        }
    }

    #[test]
    fn steady_rates_stay_and_unsteady_ones_become_steady() {
        for (average, expected) in [
            ((25, 1), (25, 1)),
            ((30000, 1001), (25, 1)),
            ((60, 1), (25, 1)),
            ((24000, 1001), (24000, 1001)),
            ((15, 1), (15, 1)),
            ((1_000_000, 66_667), (15, 1)),
            ((1097, 100), (12, 1)),
            ((13, 1), (15, 1)),
            ((0, 0), (25, 1)),
            ((1, 90), (1, 1)),
        ] {
            assert_eq!(frame_rate(average), expected, "{average:?}");
        }
    }
}
