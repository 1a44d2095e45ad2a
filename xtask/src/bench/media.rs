//! What does a minute of lecture cost, against what rivals make of the same clip? Bytes at equal quality, processor
//! time, memory, and when the first picture can be played; all in one run.
//!
//! The rivals' commands are those of their sources: PeerTube's `packages/ffmpeg` (one process for each height, x264
//! `veryfast`, a key frame every two seconds, stereo AAC of 128 kbit/s) and ricecooker's `utils/videos.py` (480 or 720
//! lines, CRF 32, baseline, AAC of 32 kbit/s).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use super::quality::Meter;
use super::transcoding;
use crate::{program, step};

/// One encoding: what is fetched of it, with its sound, and how good it looks.
struct Point {
    name: String,
    kbit: f64,
    vmaf: f64,
}

/// PeerTube's heights with the cap of its bits at 25 pictures a second, in kbit/s.
const PEERTUBE: [(u32, u32); 5] = [(144, 175), (240, 435), (360, 864), (480, 1229), (720, 2534)];
/// ricecooker's heights: its older default, and that of `--compress`.
const RICECOOKER: [u32; 2] = [480, 720];

pub(super) fn measure(root: &Path, transcoder: &Path, clips: &[PathBuf]) -> Result<()> {
    let meter = Meter::open(root)?;
    for clip in clips {
        let clip = clip.canonicalize().with_context(|| format!("{} is not there", clip.display()))?;
        step::answer(format_args!("\n{}", clip.display()));
        let folder = tempfile::tempdir()?;
        let (ours, stills) = our_points(&meter, transcoder, &clip, folder.path())?;
        let peertube = peertube_points(&meter, &clip, folder.path())?;
        let ricecooker = ricecooker_points(&meter, &clip, folder.path())?;
        for point in ours.iter().chain(&peertube).chain(&ricecooker) {
            step::answer(line(point));
        }
        tell_stills(&stills);
        // Where the two rivals look alike they can be told apart from us at one quality.
        let theirs: Vec<&Point> = peertube.iter().collect();
        let between = ricecooker.iter().filter_map(|point| {
            let kbit = bits_for(&theirs, point.vmaf)?;
            Some(Point { name: format!("PeerTube, as good as {}", point.name), kbit, vmaf: point.vmaf })
        });
        let between: Vec<Point> = between.collect();
        for family in ["av1", "h264"] {
            let ladder: Vec<&Point> = ours.iter().filter(|point| point.name.starts_with(family)).collect();
            for point in peertube.iter().chain(&ricecooker).chain(&between) {
                tell_ratio(family, point, &ladder);
            }
            tell_legible(family, &theirs, &ladder);
        }
        transcoding::compare(transcoder, &clip)?;
    }
    Ok(())
}

fn line(point: &Point) -> String {
    let megabytes = point.kbit * 60.0 / 8000.0;
    format!(
        "  {:<28} {:>7.1} kbit/s with sound {megabytes:>6.2} MB/min  VMAF {:>5.1}",
        point.name, point.kbit, point.vmaf
    )
}

/// Rival bytes over ours at the rival's quality; on our ladder, between two rungs, bits are taken to grow evenly in
/// their logarithm. Below our lowest rung that rung is what she gets.
fn tell_ratio(family: &str, theirs: &Point, ladder: &[&Point]) {
    let Some(kbit) = bits_for(ladder, theirs.vmaf) else {
        step::answer(format_args!("  {} against {family}: our best rung looks worse", theirs.name));
        return;
    };
    let ratio = theirs.kbit / kbit;
    step::answer(format_args!(
        "  {} at VMAF {:.1}: {:.1} kbit/s against {family} {kbit:.1}, ratio {ratio:.1}",
        theirs.name, theirs.vmaf, theirs.kbit
    ));
}

/// The cheapest of each that is as good as anybody can tell on slides.
fn tell_legible(family: &str, theirs: &[&Point], ladder: &[&Point]) {
    const LEGIBLE: f64 = 94.5;
    let cheapest = |points: &[&Point]| {
        let bits = points.iter().filter(|point| point.vmaf >= LEGIBLE).map(|point| point.kbit);
        bits.min_by(f64::total_cmp)
    };
    if let (Some(theirs), Some(kbit)) = (cheapest(theirs), cheapest(ladder)) {
        let ratio = theirs / kbit;
        step::answer(format_args!(
            "  at VMAF {LEGIBLE} or better: PeerTube {theirs:.1} kbit/s against {family} {kbit:.1}, ratio {ratio:.1}"
        ));
    }
}

/// The bits that reach `vmaf`, along the rungs that are each better and dearer than the one before.
fn bits_for(ladder: &[&Point], vmaf: f64) -> Option<f64> {
    let mut rungs: Vec<&&Point> = ladder.iter().collect();
    rungs.sort_by(|one, other| one.kbit.total_cmp(&other.kbit));
    let mut before: Option<&Point> = None;
    for rung in rungs {
        match before {
            _ if rung.vmaf < vmaf => before = Some(rung),
            None => return Some(rung.kbit),
            Some(before) => {
                let share = (vmaf - before.vmaf) / (rung.vmaf - before.vmaf);
                return Some(before.kbit * (rung.kbit / before.kbit).powf(share));
            }
        }
    }
    None
}

/// Every rendition of ours, and the lines that tell of stills and sound.
fn our_points(meter: &Meter, transcoder: &Path, clip: &Path, folder: &Path) -> Result<(Vec<Point>, Vec<String>)> {
    let (mut points, mut others, mut sounds) = (Vec::new(), Vec::new(), Vec::new());
    for part in ["first", "stills", "small", "fine", "sharp"] {
        let made = folder.join(part);
        let mut command = Command::new(transcoder);
        command.args(["--part", part]).arg(clip).arg(&made);
        let begun = Instant::now();
        let said = program::read(&mut command)?;
        step::answer(format_args!(
            "  part {part}: {:.0} s by the clock, {}",
            begun.elapsed().as_secs_f64(),
            said.lines().last().unwrap_or_default()
        ));
        let seconds = length_s(clip)?;
        for file in program::files_below(&made)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(name) = name.strip_suffix(".mp4").filter(|name| !name.ends_with("-whole")) else { continue };
            let kbit = file.metadata()?.len() as f64 * 8.0 / 1000.0 / seconds;
            if name.starts_with("opus") || name.starts_with("aac") {
                others.push(format!("  {name:<28} {kbit:>7.1} kbit/s, speech alone"));
                sounds.push((name.to_owned(), kbit));
            } else {
                points.push(Point { name: name.to_owned(), kbit, vmaf: meter.vmaf(&file, clip)? });
            }
        }
        others.extend(said.lines().filter(|line| line.starts_with("stills")).map(|line| format!("  {line}")));
    }
    // Both families are counted with Opus: every browser with Media Source plays it.
    let speech = sounds.iter().find(|(name, _)| name == "opus-16k").map_or(0.0, |(_, kbit)| *kbit);
    points.iter_mut().for_each(|point| point.kbit += speech);
    points.sort_by(|one, other| one.kbit.total_cmp(&other.kbit));
    Ok((points, others))
}

fn tell_stills(lines: &[String]) {
    for line in lines {
        step::answer(line);
    }
}

fn peertube_points(meter: &Meter, clip: &Path, folder: &Path) -> Result<Vec<Point>> {
    let height = height(clip)?;
    let mut points = Vec::new();
    for (lines, cap) in PEERTUBE.into_iter().filter(|(lines, _)| *lines <= height) {
        let target = folder.join(format!("peertube-{lines}.mp4"));
        let mut command = Command::new("ffmpeg");
        command
            .args(["-y", "-v", "error", "-i"])
            .arg(clip)
            .args(["-threads", "1", "-acodec", "aac", "-vcodec", "libx264"]);
        command.args(["-movflags", "faststart", "-max_muxing_queue_size", "1024", "-map_metadata", "-1"]);
        command.args(["-pix_fmt", "yuv420p", "-vf", &format!("scale=w=-2:h={lines}"), "-preset", "veryfast"]);
        command.args(["-maxrate:v", &format!("{cap}k"), "-bufsize:v", &format!("{}k", cap * 2), "-b_strategy", "1"]);
        command.args(["-bf", "16", "-r", "25", "-g:v", "50", "-channel_layout", "stereo"]).arg(&target);
        points.push(made(meter, &mut command, format!("PeerTube {lines}p"), &target, clip)?);
    }
    Ok(points)
}

fn ricecooker_points(meter: &Meter, clip: &Path, folder: &Path) -> Result<Vec<Point>> {
    let mut points = Vec::new();
    for lines in RICECOOKER {
        let target = folder.join(format!("ricecooker-{lines}.mp4"));
        let mut command = Command::new("ffmpeg");
        let scale = format!("scale='w=-2:h=trunc(min(ih,{lines})/2)*2'");
        command.args(["-y", "-v", "error", "-i"]).arg(clip).args(["-vf", &scale, "-b:a", "32k", "-ac", "1"]);
        command.args(["-crf", "32", "-profile:v", "baseline", "-level", "3.0", "-preset", "slow"]);
        command.args(["-movflags", "faststart"]).arg(&target);
        points.push(made(meter, &mut command, format!("ricecooker {lines}p"), &target, clip)?);
    }
    Ok(points)
}

fn made(meter: &Meter, command: &mut Command, name: String, target: &Path, clip: &Path) -> Result<Point> {
    program::run(command)?;
    let kbit = target.metadata()?.len() as f64 * 8.0 / 1000.0 / length_s(clip)?;
    Ok(Point { name, kbit, vmaf: meter.vmaf(target, clip)? })
}

fn length_s(clip: &Path) -> Result<f64> {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]).arg(clip);
    program::read(&mut command)?.trim().parse().context("ffprobe says no length")
}

fn height(clip: &Path) -> Result<u32> {
    let mut command = Command::new("ffprobe");
    command
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=height", "-of", "csv=p=0"])
        .arg(clip);
    program::read(&mut command)?.trim().parse().context("ffprobe says no height")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_between_two_rungs_grow_evenly_in_their_logarithm() {
        let point = |kbit: f64, vmaf: f64| Point { name: String::new(), kbit, vmaf };
        let (low, high) = (point(40.0, 60.0), point(160.0, 80.0));
        let ladder = [&high, &low];
        let bits = |vmaf| bits_for(&ladder, vmaf).map(f64::round);
        assert_eq!(bits(70.0), Some(80.0));
        assert_eq!(bits(50.0), Some(40.0), "there is nothing below the lowest");
        assert_eq!(bits(80.0), Some(160.0));
        assert_eq!(bits(81.0), None);
    }
}
