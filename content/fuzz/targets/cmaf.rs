//! Can bytes that are no rendition of ours harm the reader of renditions?
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::cmaf(bytes));
