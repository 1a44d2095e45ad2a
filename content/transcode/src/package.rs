//! How do finished files become something a player can open?
//!
//! What is told about a file is read back from the file, so an index cannot disagree with its bytes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::encode::audio;
use crate::job::{Failure, Kind, Plain, Rendition, While};

pub(crate) mod boxes;
pub(crate) mod cmaf;
pub(crate) mod entry;
mod playlist;
mod remux;

pub(crate) const MASTER: &str = "master.m3u8";

/// A file that an encoder has finished.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) size: (u32, u32),
    pub(crate) frame_rate: (i32, i32),
    /// What it is spoken in, where that is known.
    pub(crate) language: Option<&'static str>,
}

/// Reads back every rendition, and writes its playlist and the master playlist.
///
/// Every picture is joined with its sound into one plain file; `sounds` are files that an earlier part made.
pub(crate) fn publish(folder: &Path, written: &[Written], sounds: &[PathBuf]) -> Result<Vec<Rendition>, Failure> {
    let mut renditions = Vec::new();
    for each in written {
        renditions.push(read_back(folder, each)?);
    }
    let own = renditions.iter().filter(|each| each.kind == Kind::Audio).map(|each| folder.join(&each.file));
    let sounds: Vec<PathBuf> = own.chain(sounds.iter().cloned()).collect();
    for rendition in renditions.iter_mut().filter(|each| each.kind == Kind::Video) {
        rendition.plain = Some(join(folder, rendition, &sounds)?);
    }
    for rendition in &renditions {
        let text = playlist::media(rendition);
        fs::write(folder.join(&rendition.playlist), text).during("writing a playlist")?;
    }
    write_master(folder, &renditions)?;
    Ok(renditions)
}

pub(crate) fn write_master(folder: &Path, renditions: &[Rendition]) -> Result<(), Failure> {
    fs::write(folder.join(MASTER), playlist::master(renditions)).during("writing the master playlist")
}

/// Length of the longest rendition.
pub(crate) fn duration_ms(renditions: &[Rendition]) -> u64 {
    renditions.iter().map(Rendition::end_ms).max().unwrap_or(0)
}

/// Puts every file on the disk, so that "done" survives a power cut.
pub(crate) fn sync(folder: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).during("listing the folder")? {
        let path = entry.during("listing the folder")?.path();
        File::open(path).and_then(|file| file.sync_all()).during("putting a file on the disk")?;
    }
    File::open(folder).and_then(|folder| folder.sync_all()).during("putting the folder on the disk")
}

fn read_back(folder: &Path, written: &Written) -> Result<Rendition, Failure> {
    let Written { name, kind, size: (width, height), frame_rate: (numerator, denominator), language } = written;
    let file = format!("{name}.mp4");
    let mut opened = File::open(folder.join(&file)).during("reading a rendition back")?;
    let index = boxes::read_index(&mut opened)
        .during("reading a rendition back")?
        .ok_or_else(|| Failure::internal(format!("{file} is not laid out as expected")))?;
    let duration_ms = index.segments.last().map_or(0, |last| last.start_ms + last.duration_ms);
    let average = 8 * index.size_bytes * 1000 / duration_ms.max(1);
    Ok(Rendition {
        name: name.clone(),
        kind: *kind,
        width: *width,
        height: *height,
        codecs: index.codecs,
        bits_per_second: average,
        peak_bits_per_second: peak(&index.segments).max(average),
        size_bytes: index.size_bytes,
        playlist: format!("{name}.m3u8"),
        file,
        init_bytes: index.init_bytes,
        segments: index.segments,
        frames_per_second: f64::from(*numerator) / f64::from((*denominator).max(1)),
        plain: None,
        language: language.map(str::to_owned),
    })
}

/// The dearest segment; a piece under two seconds says nothing about a link and is left out.
fn peak(segments: &[crate::job::Segment]) -> u64 {
    segments
        .iter()
        .filter(|segment| segment.duration_ms >= 2000)
        .map(|segment| 8 * segment.length_bytes * 1000 / segment.duration_ms)
        .max()
        .unwrap_or(0)
}

/// Picture and sound in one file: Opus with AV1, AAC with H.264, which old phones play.
fn join(folder: &Path, picture: &Rendition, sounds: &[PathBuf]) -> Result<Plain, Failure> {
    let wanted = if picture.codecs.starts_with("av01") { audio::OPUS } else { audio::AAC };
    let sound = sounds.iter().find(|sound| sound.file_stem().is_some_and(|stem| stem == wanted));
    let inputs: Vec<PathBuf> = [folder.join(&picture.file)].into_iter().chain(sound.cloned()).collect();
    let file = format!("{}-whole.mp4", picture.name);
    let target = folder.join(&file);
    remux::into_plain(&inputs, &target)?;
    let size_bytes = fs::metadata(&target).during("reading the plain file back")?.len();
    Ok(Plain { file, size_bytes })
}

/// A file as FFmpeg is told of it.
pub(crate) fn address(path: &Path) -> Result<String, Failure> {
    path.to_str().map(|path| format!("file:{path}")).ok_or_else(|| Failure::internal("the folder's path is not UTF-8"))
}

impl Rendition {
    pub(crate) fn end_ms(&self) -> u64 {
        self.segments.last().map_or(0, |last| last.start_ms + last.duration_ms)
    }
}
