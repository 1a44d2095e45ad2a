//! Does the walker read what the standard says, and nothing else?

use std::io::Cursor;

use super::*;

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], kind, body].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn init() -> Vec<u8> {
    let avc = [&[0; 78][..], &boxed(b"avcC", &[1, 0x64, 0x00, 0x1e, 0xff])].concat();
    let stsd = boxed(b"stsd", &[words(&[0, 1]), boxed(b"avc1", &avc)].concat());
    let minf = boxed(b"minf", &boxed(b"stbl", &stsd));
    let mdhd = boxed(b"mdhd", &words(&[0, 0, 0, 1000, 0, 0]));
    let trak = boxed(b"trak", &boxed(b"mdia", &[mdhd, minf].concat()));
    let trex = boxed(b"trex", &words(&[0, 1, 1, 40, 0, 0x1_0000]));
    let moov = boxed(b"moov", &[trak, boxed(b"mvex", &trex)].concat());
    [boxed(b"ftyp", b"isom"), moov].concat()
}

/// Two samples of 40 ms; the first is a key frame if `first_flags` is 0.
fn segment(start: u32, first_flags: u32) -> Vec<u8> {
    segment_of(boxed(b"tfdt", &words(&[0, start])), first_flags)
}

fn segment_of(tfdt: Vec<u8>, first_flags: u32) -> Vec<u8> {
    let tfhd = boxed(b"tfhd", &words(&[0x2_0000, 1]));
    let trun = boxed(b"trun", &words(&[0x205, 2, 0, first_flags, 3, 3]));
    let moof = boxed(b"moof", &boxed(b"traf", &[tfhd, tfdt, trun].concat()));
    [moof, boxed(b"mdat", b"abcdef")].concat()
}

/// An index of segments of these lengths.
fn sidx(lengths: &[usize]) -> Vec<u8> {
    let entries = lengths.iter().flat_map(|length| [u32::try_from(*length).unwrap(), 80, 0x9000_0000]);
    let count = u32::try_from(lengths.len()).unwrap();
    boxed(b"sidx", &words(&[0, 1, 1000, 0, 0, count].into_iter().chain(entries).collect::<Vec<_>>()))
}

fn index_of(parts: &[Vec<u8>]) -> Option<Index> {
    read_index(&mut Cursor::new(parts.concat())).unwrap()
}

#[test]
fn segments_lie_where_the_index_says_and_hold_one_or_more_fragments() {
    let (one, two) = (segment(0, 0), [segment(80, 0), segment(160, 0x1_0000)].concat());
    let head = [init(), sidx(&[one.len(), two.len()])].concat();
    let index = index_of(&[head.clone(), one.clone(), two.clone()]).unwrap();
    assert_eq!(index.codecs, "avc1.64001e");
    assert_eq!(index.init_bytes, head.len() as u64);
    let (at, length) = (index.init_bytes, one.len() as u64);
    let segments: Vec<[u64; 4]> = index.segments.into_iter().map(Into::into).collect();
    assert_eq!(segments, [[0, 80, at, length], [80, 160, at + length, two.len() as u64]]);
}

#[test]
fn a_file_of_another_layout_has_no_index() {
    let one = segment(0, 0);
    let head = [init(), sidx(&[one.len()])].concat();
    let whole = [head.clone(), one.clone()].concat();
    assert!(index_of(std::slice::from_ref(&whole)).is_some());
    let spoilt: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("cut off", whole[..whole.len() - 1].to_vec()),
        ("without moov", [boxed(b"ftyp", b"isom"), one.clone()].concat()),
        ("without sidx", [init(), one.clone()].concat()),
        ("moof without mdat", [whole.clone(), boxed(b"moof", b"")].concat()),
        ("a stray box", [whole, boxed(b"mfra", b"")].concat()),
        ("no key frame first", [head, segment(0, 0x1_0000)].concat()),
        ("an index of something shorter", [init(), sidx(&[one.len() - 1]), one.clone()].concat()),
        ("an index of more", [init(), sidx(&[one.len(), one.len()]), one].concat()),
    ];
    for (what, bytes) in spoilt {
        assert_eq!(index_of(&[bytes]), None, "{what}");
    }
}

#[test]
fn durations_come_from_the_run_then_the_fragment_then_the_track() {
    let track = Track { timescale: 1000, codecs: String::new(), default_duration: 40, default_flags: 0 };
    let plain = words(&[0, 1]);
    let with_both = words(&[0x38, 1, 30, 9, 7]);
    assert_eq!(fragment_defaults(&plain, &track), Some((40, 0)));
    assert_eq!(fragment_defaults(&with_both, &track), Some((30, 7)));
    assert_eq!(run_of(&words(&[0, 3]), 40, 5), Some((120, 5)));
    assert_eq!(run_of(&words(&[0x500, 2, 10, 6, 20, 7]), 40, 5), Some((30, 6)));
    assert_eq!(run_of(&words(&[0x100, 2, 10]), 40, 5), None);
}

/// Changes some bytes or words of `bytes`, by numbers that look random and are not (xorshift64).
fn spoil(bytes: &mut [u8], chance: &mut u64) {
    let mut next = |end: usize| {
        *chance ^= *chance << 13;
        *chance ^= *chance >> 7;
        *chance ^= *chance << 17;
        usize::try_from(*chance >> 33).unwrap() % end
    };
    for _ in 0..=next(3) {
        let at = next(bytes.len());
        match next(3) {
            0 => bytes[at] ^= 1 << next(8),
            1 => bytes[at] = u8::try_from(next(256)).unwrap(),
            _ => {
                let value = [0x00, 0x7F, 0xFF][next(3)];
                bytes.iter_mut().skip(at & !3).take(4).for_each(|byte| *byte = value);
            }
        }
    }
}

#[test]
fn arbitrary_bytes_have_no_index_or_one_that_fills_the_file() {
    let (one, two) = (segment(0, 0), segment_of(boxed(b"tfdt", &words(&[0x100_0000, 0, 80])), 0));
    let whole = [init(), sidx(&[one.len(), two.len()]), one, two].concat();
    let (mut chance, mut read) = (7, 0);
    for _ in 0..200_000 {
        let mut bytes = whole.clone();
        spoil(&mut bytes, &mut chance);
        let Some(index) = index_of(std::slice::from_ref(&bytes)) else { continue };
        read += 1;
        let mut end = index.init_bytes;
        for segment in &index.segments {
            assert_eq!(segment.offset_bytes, end, "segments touch");
            end += segment.length_bytes;
        }
        assert_eq!((end, index.size_bytes), (bytes.len() as u64, bytes.len() as u64));
    }
    assert!(read > 10_000, "{read} were read: damage that is always seen at once tries nothing");
}

#[test]
fn a_clock_that_never_ran_so_long_is_no_clock() {
    for (start, is_read) in [(1_u64 << 40, true), (1 << 51, false), (u64::MAX, false), (u64::MAX - 79, false)] {
        let start = [u32::try_from(start >> 32).unwrap(), u32::try_from(start & 0xFFFF_FFFF).unwrap()];
        let one = segment_of(boxed(b"tfdt", &words(&[0x100_0000, start[0], start[1]])), 0);
        assert_eq!(index_of(&[init(), sidx(&[one.len()]), one]).is_some(), is_read, "{start:?}");
    }
}

#[test]
fn a_file_of_empty_boxes_is_not_walked_to_its_end() {
    let bytes = boxed(b"free", b"").repeat(MOST_BOXES + 2);
    assert_eq!(walk(&mut Cursor::new(bytes)).unwrap().0.len(), MOST_BOXES);
}

#[test]
fn bytes_that_lie_about_their_length_are_no_boxes() {
    assert_eq!(children(&words(&[4, 0])).count(), 0);
    assert_eq!(children(&words(&[99, 0, 0])).count(), 0);
    assert_eq!(index_of(&[words(&[1, 0, 0, 0])]), None);
}
