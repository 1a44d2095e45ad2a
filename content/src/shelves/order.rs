//! Where does it stand among its neighbors? How things in a fixed order are moved; pure.

/// Where something is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// So many places on (back, when it is negative).
    By(i64),
    /// To the place with this number, from 0.
    At(usize),
}

impl Place {
    /// The number of the place that is meant, seen from `from`, of `count` there are; the nearest, where there is none.
    pub fn from(self, from: usize, count: usize) -> usize {
        let last = count.saturating_sub(1);
        match self {
            Self::At(at) => at.min(last),
            Self::By(by) => {
                let from = i64::try_from(from).unwrap_or(i64::MAX);
                usize::try_from(from.saturating_add(by)).unwrap_or(0).min(last)
            }
        }
    }
}

/// Takes out what stands at `from` and puts it where `place` says.
pub(crate) fn shift<T>(list: &mut Vec<T>, from: usize, place: Place) {
    if from < list.len() {
        let to = place.from(from, list.len());
        let taken = list.remove(from);
        list.insert(to, taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_moved_and_never_lost() {
        let check = |from: usize, place: Place, expected: &str| {
            let mut list: Vec<char> = "abcd".chars().collect();
            shift(&mut list, from, place);
            assert_eq!(list.into_iter().collect::<String>(), expected, "{from} {place:?}");
        };
        check(1, Place::By(1), "acbd");
        check(1, Place::By(-1), "bacd");
        check(0, Place::By(-1), "abcd");
        check(3, Place::By(i64::MAX), "abcd");
        check(3, Place::At(0), "dabc");
        check(0, Place::At(99), "bcda");
        check(9, Place::At(0), "abcd");
    }
}
