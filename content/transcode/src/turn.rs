//! Which way up is the picture? Pure: a display matrix in, a filter out.

/// The turn and mirroring a phone asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Clockwise, one of 0, 90, 180, 270.
    pub(crate) degrees: u32,
    /// Mirrored left to right before the turn.
    pub(crate) mirrored: bool,
}

impl Turn {
    /// Reads the nine native-endian 16.16 numbers FFmpeg hands over; anything else means upright.
    pub(crate) fn of_matrix(bytes: &[u8]) -> Self {
        let numbers: Vec<f64> = bytes
            .chunks_exact(4)
            .filter_map(|four| four.try_into().ok().map(i32::from_ne_bytes))
            .map(f64::from)
            .collect();
        let [a, b, _, c, d, ..] = numbers[..] else {
            return Self::default();
        };
        // With a mirror the first column still tells where the picture's right-hand side goes, reversed.
        let mirrored = a * d - b * c < 0.0;
        let (a, b) = if mirrored { (-a, -b) } else { (a, b) };
        let quarter_turns = (b.atan2(a).to_degrees() / 90.0).round().rem_euclid(4.0);
        Self {
            degrees: match quarter_turns {
                1.0..2.0 => 90,
                2.0..3.0 => 180,
                3.0.. => 270,
                _ => 0,
            },
            mirrored,
        }
    }

    /// Filters to put before scaling, each with its comma.
    pub(crate) fn filters(self) -> &'static str {
        match (self.degrees, self.mirrored) {
            (90, false) => "transpose=clock,",
            (180, false) => "hflip,vflip,",
            (270, false) => "transpose=cclock,",
            (0, true) => "hflip,",
            (90, true) => "hflip,transpose=clock,",
            (180, true) => "vflip,",
            (270, true) => "hflip,transpose=cclock,",
            _ => "",
        }
    }

    pub(crate) fn swaps_sides(self) -> bool {
        matches!(self.degrees, 90 | 270)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i32 = 1 << 16;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> Vec<u8> {
        [a, b, 0, c, d, 0, 0, 0, 1 << 30].into_iter().flat_map(i32::to_ne_bytes).collect()
    }

    #[test]
    fn a_display_matrix_becomes_a_quarter_turn() {
        for ((a, b, c, d), degrees, mirrored) in [
            ((ONE, 0, 0, ONE), 0, false),
            ((0, ONE, -ONE, 0), 90, false),
            ((-ONE, 0, 0, -ONE), 180, false),
            ((0, -ONE, ONE, 0), 270, false),
            ((-ONE, 0, 0, ONE), 0, true),
            ((ONE, 0, 0, -ONE), 180, true),
        ] {
            let turn = Turn::of_matrix(&matrix(a, b, c, d));
            assert_eq!(turn, Turn { degrees, mirrored }, "{a} {b} {c} {d}");
        }
    }

    #[test]
    fn a_short_matrix_means_upright() {
        assert_eq!(Turn::of_matrix(&[0; 7]), Turn::default());
        assert_eq!(Turn::default().filters(), "");
    }
}
