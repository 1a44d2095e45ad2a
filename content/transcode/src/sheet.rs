//! What do the cells of a sheet say? Read here, where memory and time have an end that no file can move.

use std::io::Read;
use std::path::Path;

use crate::job::{Event, Failure, Limits, While};
use crate::{confine, fence, guard};

/// Shuts this process in and tells what stands in the file.
pub(crate) fn run_confined(
    source: &Path,
    name: &str,
    limits: Limits,
    say: &mut dyn FnMut(&Event),
) -> Result<Event, Failure> {
    confine::limit_reader(limits)?;
    fence::shut_in([source].into_iter(), None)?;
    confine::hold(std::io::stdin())?;
    guard(|| {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(source).during("opening the sheet")?;
        file.take(sheets::MOST_BYTES + 1).read_to_end(&mut bytes).during("reading the sheet")?;
        let refused = sheets::read(&bytes, name, &mut |part| say(&Event::Sheet(part))).err();
        Ok(Event::Read { refused })
    })
}
