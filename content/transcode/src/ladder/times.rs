//! Where is a rendition cut, and when is a slide kept as a picture? Pure: what was seen in, times out.

use crate::job::{Class, Look};

impl Class {
    /// The longest segment, in ms.
    fn longest_ms(self) -> u64 {
        match self {
            Self::Slides => 20_000,
            Self::Mixed => 10_000,
            Self::Natural => 8_000,
        }
    }
}

/// A cut this soon after another, or before the end, is not worth a key frame.
const SHORTEST_MS: u64 = 2000;

/// When segments begin, in ms: for drawn pictures where a slide changes, else at a steady pace of whole pictures.
pub(crate) fn cuts(look: &Look, frame_rate: (i32, i32), duration_ms: u64) -> Vec<u64> {
    let longest_ms = look.class.longest_ms();
    let mut cuts = vec![0];
    if look.class == Class::Natural {
        let frames = key_every(frame_rate);
        let (n, d) = (u64::from(frame_rate.0.unsigned_abs()), u64::from(frame_rate.1.unsigned_abs()));
        // Rounded down, so that the picture that begins a segment is never before its cut by less than a ms.
        cuts.extend((1..).map(|each| each * frames * d * 1000 / n).take_while(|cut| cut + SHORTEST_MS < duration_ms));
        return cuts;
    }
    let changes = look.changes_ms.iter().copied().chain([duration_ms]);
    for change in changes {
        let last = *cuts.last().unwrap_or(&0);
        if change < last + SHORTEST_MS {
            continue;
        }
        // A slide that stands for long is cut in equal pieces, each at a whole fifth of a second.
        let pieces = (change - last).div_ceil(longest_ms);
        cuts.extend((1..pieces).map(|piece| last + (change - last) * piece / pieces / 200 * 200));
        cuts.push(change);
    }
    cuts.retain(|cut| *cut == 0 || cut + SHORTEST_MS <= duration_ms);
    cuts
}

/// Pictures from one key frame to the next where the pace is steady.
pub(crate) fn key_every(frame_rate: (i32, i32)) -> u64 {
    frames_between(frame_rate, Class::Natural.longest_ms())
}

/// Whole pictures in about `ms`.
fn frames_between((numerator, denominator): (i32, i32), ms: u64) -> u64 {
    let (n, d) = (u64::from(numerator.unsigned_abs()), u64::from(denominator.unsigned_abs()) * 1000);
    ((n * ms + d / 2) / d).max(1)
}

/// When a still is taken, in ms: at the first picture and wherever another slide stands; none for a camera's picture,
/// or where stills would come so thick that a video is smaller.
pub(crate) fn stills(look: &Look, duration_ms: u64) -> Vec<u64> {
    const APART_MS: u64 = 3000;
    const LEAST_AVERAGE_MS: u64 = 6000;
    if look.class == Class::Natural {
        return Vec::new();
    }
    let mut times = vec![0];
    for change in &look.changes_ms {
        if *change >= times.last().unwrap_or(&0) + APART_MS && change + 1000 < duration_ms {
            times.push(*change);
        }
    }
    if times.len() > 1 && duration_ms / (times.len() as u64) < LEAST_AVERAGE_MS { Vec::new() } else { times }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(class: Class, changes_ms: &[u64]) -> Look {
        Look { class, measures: Default::default(), changes_ms: changes_ms.to_vec(), loudness_lufs: None }
    }

    #[test]
    fn slides_are_cut_where_they_change_and_stand_for_twenty_seconds_at_most() {
        let cut = |changes: &[u64], duration| cuts(&look(Class::Slides, changes), (5, 1), duration);
        assert_eq!(cut(&[], 15_000), [0]);
        assert_eq!(cut(&[11_200, 22_600], 30_000), [0, 11_200, 22_600]);
        assert_eq!(cut(&[1000, 5000, 5600], 20_000), [0, 5000], "not every flicker is a key frame");
        assert_eq!(cut(&[], 50_000), [0, 16_600, 33_200], "equal pieces");
        assert_eq!(cut(&[29_000], 30_000), [0, 14_400], "nothing shorter than two seconds ends it");
        assert_eq!(cut(&[], 0), [0]);
    }

    #[test]
    fn a_cameras_picture_is_cut_at_whole_pictures() {
        assert_eq!(cuts(&look(Class::Natural, &[3000]), (25, 1), 20_000), [0, 8000, 16_000]);
        assert_eq!(cuts(&look(Class::Natural, &[]), (24000, 1001), 20_000), [0, 8008, 16_016]);
        assert_eq!(frames_between((24000, 1001), 8000), 192);
    }

    #[test]
    fn stills_are_taken_of_slides_that_stand() {
        assert_eq!(stills(&look(Class::Slides, &[11_200, 12_000, 22_600]), 30_000), [0, 11_200, 22_600]);
        assert_eq!(stills(&look(Class::Natural, &[11_200]), 30_000), [0_u64; 0]);
        assert_eq!(stills(&look(Class::Mixed, &[4000, 8000, 12_000]), 16_000), [0_u64; 0], "a film is no slide show");
        assert_eq!(stills(&look(Class::Slides, &[]), 4000), [0]);
    }
}
