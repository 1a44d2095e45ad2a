//! How do finished files become something a player can open?
//!
//! What is told about a file is read back from the file, so an index cannot disagree with its bytes.

use std::fs::{self, File};
use std::path::Path;

use crate::encode::Made;
use crate::encode::track::SEGMENT_SECONDS;
use crate::job::{Failure, Kind, Progressive, Rendition, While};
use crate::ladder;

pub(crate) mod boxes;
mod playlist;
mod remux;

pub(crate) const MASTER: &str = "master.m3u8";
const PROGRESSIVE: &str = "progressive.mp4";
const AUDIO: &str = "audio";

/// Reads back every rendition and writes its playlist, the master playlist and the plain file.
pub(crate) fn publish(folder: &Path, made: &Made) -> Result<(Vec<Rendition>, Progressive), Failure> {
    let mut renditions = Vec::new();
    if made.has_audio {
        renditions.push(read_back(folder, AUDIO, Kind::Audio, (0, 0))?);
    }
    for rung in &made.rungs {
        renditions.push(read_back(folder, &rung.name, Kind::Video, (rung.width, rung.height))?);
    }
    for rendition in &renditions {
        let text = playlist::media(rendition);
        fs::write(folder.join(&rendition.playlist), text).during("writing a playlist")?;
    }
    let master = playlist::master(&renditions, made.frame_rate);
    fs::write(folder.join(MASTER), master).during("writing the master playlist")?;
    let progressive = write_progressive(folder, made, &renditions)?;
    Ok((renditions, progressive))
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

fn read_back(folder: &Path, name: &str, kind: Kind, (width, height): (u32, u32)) -> Result<Rendition, Failure> {
    let file = format!("{name}.mp4");
    let mut opened = File::open(folder.join(&file)).during("reading a rendition back")?;
    let index = boxes::read_index(&mut opened)
        .during("reading a rendition back")?
        .ok_or_else(|| Failure::internal(format!("{file} is not laid out as expected")))?;
    let duration_ms = index.segments.last().map_or(0, |last| last.start_ms + last.duration_ms);
    let average = 8 * index.size_bytes * 1000 / duration_ms.max(1);
    Ok(Rendition {
        name: name.to_owned(),
        kind,
        width,
        height,
        codecs: index.codecs,
        bits_per_second: average,
        peak_bits_per_second: peak(&index.segments).max(average),
        size_bytes: index.size_bytes,
        playlist: format!("{name}.m3u8"),
        file,
        init_bytes: index.init_bytes,
        segments: index.segments,
    })
}

/// The dearest segment; a last piece under half a segment says nothing about a link and is left out.
fn peak(segments: &[crate::job::Segment]) -> u64 {
    let least_ms = SEGMENT_SECONDS.unsigned_abs() * 500;
    segments
        .iter()
        .filter(|segment| segment.duration_ms >= least_ms)
        .map(|segment| 8 * segment.length_bytes * 1000 / segment.duration_ms)
        .max()
        .unwrap_or(0)
}

fn write_progressive(folder: &Path, made: &Made, renditions: &[Rendition]) -> Result<Progressive, Failure> {
    let rung = &made.rungs[ladder::progressive(&made.rungs)];
    let find = |name: &str| renditions.iter().find(|rendition| rendition.name == name);
    let video = find(&rung.name).ok_or_else(|| Failure::internal("the plain file has no picture"))?;
    let parts: Vec<&Rendition> = [Some(video), find(AUDIO)].into_iter().flatten().collect();
    let inputs: Vec<_> = parts.iter().map(|part| folder.join(&part.file)).collect();
    let target = folder.join(PROGRESSIVE);
    remux::into_plain(&inputs, &target)?;
    let size_bytes = fs::metadata(&target).during("reading the plain file back")?.len();
    let codecs: Vec<&str> = parts.iter().map(|part| part.codecs.as_str()).collect();
    Ok(Progressive {
        file: PROGRESSIVE.to_owned(),
        size_bytes,
        width: video.width,
        height: video.height,
        codecs: codecs.join(","),
        bits_per_second: 8 * size_bytes * 1000 / video.end_ms().max(1),
    })
}

impl Rendition {
    pub(crate) fn end_ms(&self) -> u64 {
        self.segments.last().map_or(0, |last| last.start_ms + last.duration_ms)
    }
}
