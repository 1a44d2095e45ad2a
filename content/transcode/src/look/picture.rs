//! What kind of picture is it, and when does it change? Pure: small gray pictures in, measures and times out.

use crate::job::{Class, Measures};

pub(super) const WIDTH: usize = 320;
pub(super) const HEIGHT: usize = 180;
/// Pictures a second that are looked at.
pub(super) const RATE: i32 = 5;

/// A side of the squares that are compared, in pixels.
const SQUARE: usize = 4;
const ACROSS: usize = WIDTH / SQUARE;
const SQUARES: usize = ACROSS * (HEIGHT / SQUARE);
/// A square has changed when its mean moved by more levels than noise and coding move it.
const LEVELS: u32 = 4;
/// A state that stands is another one when this share of the quiet squares differs: a line of text, not a pointer.
const ANOTHER: f64 = 0.01;
/// A picture stands still when less than this share of the quiet squares moves.
const STILL: f64 = 0.003;
/// A square that moves in more than this share of the last seconds is not quiet: a speaker's inset, a video.
const RESTLESS: f64 = 0.15;
/// The weight of one picture in that share: about ten seconds are remembered, so that a slide may fade in.
const WEIGHT: f64 = 0.02;

/// Sees one picture after the other.
#[derive(Default)]
pub(super) struct Watcher {
    before: Vec<u32>,
    before_ms: u64,
    /// The state that stood last.
    standing: Vec<u32>,
    restlessness: Vec<f64>,
    moved: Vec<u32>,
    shares: Vec<f64>,
    dominant: Vec<f64>,
    changes_ms: Vec<u64>,
}

impl Watcher {
    /// `levels` are `WIDTH` × `HEIGHT` bytes of luma.
    pub(super) fn see(&mut self, at_ms: u64, levels: &[u8]) {
        let now = means(levels);
        if self.before.is_empty() {
            self.standing.clone_from(&now);
            self.restlessness = vec![0.0; SQUARES];
            self.moved = vec![0; SQUARES];
        } else {
            self.compare(&now);
        }
        if self.shares.len().is_multiple_of(10) {
            self.dominant.push(dominant(levels));
        }
        self.before = now;
        self.before_ms = at_ms;
    }

    fn compare(&mut self, now: &[u32]) {
        let (mut moved, mut quiet_moved, mut differ) = (0, 0, 0);
        for (square, level) in now.iter().enumerate() {
            let has_moved = level.abs_diff(self.before[square]) > LEVELS;
            let is_quiet = self.restlessness[square] < RESTLESS;
            moved += u32::from(has_moved);
            quiet_moved += u32::from(has_moved && is_quiet);
            differ += u32::from(is_quiet && level.abs_diff(self.standing[square]) > LEVELS);
            self.moved[square] += u32::from(has_moved);
            let weight = if has_moved { WEIGHT } else { 0.0 };
            self.restlessness[square] = self.restlessness[square] * (1.0 - WEIGHT) + weight;
        }
        self.shares.push(share(moved));
        if share(differ) > ANOTHER && share(quiet_moved) < STILL {
            self.changes_ms.push(self.before_ms);
            self.standing = now.to_vec();
        }
    }

    /// When another state stood, in ms, and what all of it is.
    pub(super) fn conclude(mut self) -> (Class, Measures, Vec<u64>) {
        self.shares.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            let last = self.shares.len().saturating_sub(1);
            self.shares.get(last * percent / 100).copied().unwrap_or(0.0)
        };
        let often = u32::try_from(self.shares.len() / 10).unwrap_or(u32::MAX);
        let area = self.moved.iter().filter(|moved| **moved > often).count();
        let measures = Measures {
            moving_mostly: at(50),
            moving_often: at(75),
            moving_at_times: at(90),
            moving_area: share(u32::try_from(area).unwrap_or(0)),
            one_tone: self.dominant.iter().sum::<f64>() / (self.dominant.len().max(1) as f64),
        };
        (classify(&measures), measures, self.changes_ms)
    }
}

/// Measured on lectures of each kind: slides with a pointer move 0.1 % of the picture, a speaker's inset 2 to 3 %, a
/// standing speaker 20 %, close hands 50 %.
fn classify(measures: &Measures) -> Class {
    if measures.moving_mostly < 0.006 && measures.moving_often < 0.012 && measures.moving_at_times < 0.05 {
        return Class::Slides;
    }
    let drawn = measures.one_tone >= 0.35 && measures.moving_often < 0.15;
    if drawn || measures.moving_often < 0.04 { Class::Mixed } else { Class::Natural }
}

/// Mean level of every square.
fn means(levels: &[u8]) -> Vec<u32> {
    let mut sums = vec![0; SQUARES];
    for (at, level) in levels.iter().enumerate() {
        sums[at / WIDTH / SQUARE * ACROSS + at % WIDTH / SQUARE] += u32::from(*level);
    }
    sums.iter().map(|sum| sum / (SQUARE * SQUARE) as u32).collect()
}

/// The largest share of pixels within nine neighboring levels: paper and slides have a background.
fn dominant(levels: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for level in levels {
        counts[usize::from(*level)] += 1;
    }
    let most = counts.windows(9).map(|nine| nine.iter().sum::<u32>()).max().unwrap_or(0);
    f64::from(most) / levels.len().max(1) as f64
}

fn share(squares: u32) -> f64 {
    f64::from(squares) / SQUARES as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of one tone with `draw` on it.
    fn page(draw: impl Fn(usize, usize) -> Option<u8>) -> Vec<u8> {
        (0..WIDTH * HEIGHT).map(|at| draw(at % WIDTH, at / WIDTH).unwrap_or(235)).collect()
    }

    /// A checkered square that stands somewhere else in every picture.
    fn dot(x: usize, y: usize, left: usize, side: usize) -> Option<u8> {
        ((left..left + side).contains(&x) && (20..20 + side).contains(&y))
            .then(|| u8::try_from(x * 97 % 200).unwrap_or(0))
    }

    fn watch(seconds: u64, picture: impl Fn(u64) -> Vec<u8>) -> (Class, Measures, Vec<u64>) {
        let mut watcher = Watcher::default();
        for at in 0..seconds * 5 {
            watcher.see(at * 200, &picture(at));
        }
        watcher.conclude()
    }

    #[test]
    fn a_pointer_over_slides_is_slides_and_each_state_is_found_where_it_begins() {
        let (class, _, changes) = watch(60, |at| {
            let lines = usize::try_from(at / 50).unwrap_or(0);
            let left = usize::try_from(at * 37 % 280).unwrap_or(0);
            page(|x, y| {
                let is_line = y % 30 < 6 && y / 30 <= lines && (40..280).contains(&x) && (x / 3) % 2 == 0;
                if is_line { Some(20) } else { dot(x, y, left, 4) }
            })
        });
        assert_eq!(class, Class::Slides);
        assert_eq!(changes, [10_000, 20_000, 30_000, 40_000, 50_000]);
    }

    #[test]
    fn a_speakers_inset_is_mixed_and_does_not_hide_the_slides() {
        let (class, measures, changes) = watch(60, |at| {
            let is_second = at >= 150;
            page(|x, y| {
                if x >= 250 && y >= 140 {
                    return Some(
                        u8::try_from((x * 31 + y * 17 + usize::try_from(at).unwrap_or(0) * 53) % 255).unwrap_or(0),
                    );
                }
                (is_second && (30..60).contains(&y) && (x / 4) % 2 == 0).then_some(10)
            })
        });
        assert_eq!(class, Class::Mixed, "{measures:?}");
        assert_eq!(changes, [30_000]);
    }

    #[test]
    fn what_moves_everywhere_is_natural() {
        let (class, measures, _) = watch(20, |at| {
            let at = usize::try_from(at).unwrap_or(0);
            (0..WIDTH * HEIGHT).map(|each| u8::try_from((each / 16 * 29 + at * 41) % 251).unwrap_or(0)).collect()
        });
        assert_eq!(class, Class::Natural, "{measures:?}");
    }

    #[test]
    fn a_picture_that_comes_in_slowly_counts_once_it_stands() {
        let (_, _, changes) = watch(20, |at| {
            let level = match at {
                0..30 => 235,
                30..35 => 235 - u8::try_from((at - 29) * 40).unwrap_or(0),
                _ => 20,
            };
            vec![level; WIDTH * HEIGHT]
        });
        assert_eq!(changes, [7_000]);
    }

    #[test]
    fn one_picture_alone_is_slides() {
        assert_eq!(watch(0, |_| Vec::new()).0, Class::Slides);
    }
}
