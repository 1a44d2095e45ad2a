//! How is a good file spoilt? The same number gives the same damage on every machine.

/// Numbers that look random and are not (xorshift64*).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    /// Below `end`; 0 when there is nothing below.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).expect("a small number")
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A place in a file: half of all lie where containers keep what they say of themselves.
    fn place(&mut self, length: usize) -> usize {
        const HEAD: usize = 1024;
        match self.below(4) {
            0 => self.below(length.min(HEAD)),
            1 => length - length.min(HEAD * 2) + self.below(length.min(HEAD * 2)),
            _ => self.below(length),
        }
    }

    /// A piece of a file, never empty.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.place(length);
        start..(start + 1 + self.below(length / 4)).min(length)
    }
}

type Spoil = fn(Vec<u8>, &mut Chance) -> Vec<u8>;

const WAYS: [(&str, Spoil); 8] = [
    ("flipped bits", flip),
    ("overwritten bytes", overwrite),
    ("cut off", cut),
    ("pieces swapped", swap),
    ("a piece twice", double),
    ("a piece missing", drop_piece),
    ("lengths that lie", lie),
    ("boxes that lie", lie_in_boxes),
];

/// What the damage of this number is called.
pub(crate) fn name(number: usize) -> &'static str {
    WAYS[number % WAYS.len()].0
}

/// `whole` with the damage of this number.
pub(crate) fn spoil(whole: &[u8], number: usize) -> Vec<u8> {
    let mut chance = Chance::new(number as u64 + 1);
    WAYS[number % WAYS.len()].1(whole.to_vec(), &mut chance)
}

fn flip(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(32) {
        let at = chance.place(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
    }
    bytes
}

fn overwrite(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        let start = chance.place(bytes.len());
        let end = (start + 1 + chance.below(64)).min(bytes.len());
        bytes[start..end].fill(chance.one_of(&[0x00, 0xFF, 0x7F]));
    }
    bytes
}

fn cut(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    bytes.truncate(chance.below(bytes.len()));
    bytes
}

fn swap(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let piece = chance.piece(bytes.len());
    let taken: Vec<u8> = bytes.drain(piece).collect();
    let at = chance.below(bytes.len());
    bytes.splice(at..at, taken);
    bytes
}

fn double(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let piece = bytes[chance.piece(bytes.len())].to_vec();
    let at = chance.place(bytes.len());
    bytes.splice(at..at, piece);
    bytes
}

fn drop_piece(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    bytes.drain(chance.piece(bytes.len()));
    bytes
}

fn lie(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        let at = chance.place(bytes.len()) & !3;
        put(&mut bytes, at, chance);
    }
    bytes
}

/// The four bytes before a name of four letters are a length in many containers, those after it in the others.
fn lie_in_boxes(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let is_name = |name: &[u8]| name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ');
    let names: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, four)| is_name(four)).map(|(at, _)| at).collect();
    for _ in 0..=chance.below(3) {
        let at = names.get(chance.below(names.len())).copied().unwrap_or(0);
        // The body's first words are counts and times.
        put(&mut bytes, (at + chance.one_of(&[0, 8, 12, 16, 20])).saturating_sub(4), chance);
    }
    bytes
}

fn put(bytes: &mut [u8], at: usize, chance: &mut Chance) {
    const LIES: [u32; 5] = [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x1000_0000];
    let word = chance.one_of(&LIES).to_be_bytes();
    for (to, from) in bytes.iter_mut().skip(at).zip(word) {
        *to = from;
    }
}

#[test]
fn the_same_number_spoils_alike_and_every_number_spoils() {
    let whole: Vec<u8> = (0..5000_u32).map(|each| (each * 7 % 251) as u8).collect();
    let spoilt: Vec<Vec<u8>> = (0..400).map(|number| spoil(&whole, number)).collect();
    assert_eq!(spoilt, (0..400).map(|number| spoil(&whole, number)).collect::<Vec<_>>());
    let same = spoilt.iter().filter(|each| **each == whole).count();
    let distinct: std::collections::HashSet<&Vec<u8>> = spoilt.iter().collect();
    assert!(same <= 4 && distinct.len() >= 390, "{same} unchanged, {} of 400 differ", distinct.len());
    for number in 0..8 {
        assert!(spoil(&[7], number).len() <= 2, "{}", name(number));
    }
}
