//! What is said, and when? WebVTT captions (W3C WebVTT), one text for each language.

pub mod automatic;
mod carrying;
pub mod read;
pub mod write;

use self::write::{Script, typed_ms};
use super::sql;
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{Language, ResourceId};
use crate::people::Actor;

pub(crate) use carrying::carry_over;

/// The captions of one language, as they are served.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Captions {
    #[sqlx(try_from = "String")]
    pub language: Language,
    /// WebVTT.
    pub body: String,
    /// 1 when a program wrote it and no person has saved it since.
    pub is_automatic: i64,
    /// 1 when they were written for another file, and nobody has looked whether they fit this one.
    pub to_check: i64,
    pub updated_at: i64,
}

impl Captions {
    /// Whether a program wrote it, and no person has saved it since.
    pub fn is_automatic(&self) -> bool {
        self.is_automatic != 0
    }

    /// Whether they were written for a file of another length, and no person has saved them since.
    pub fn is_to_check(&self) -> bool {
        self.to_check != 0
    }
}

/// One line of speech, in milliseconds from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    pub from_ms: i64,
    pub to_ms: i64,
    /// Without tags; lines joined by a space.
    pub text: String,
}

/// Keeps a file of WebVTT or SubRip, in whatever encoding, as the captions of a video in `language`, replacing what was
/// there.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Invalid(captions, BadCaptions)` when no cue can be read from it.
pub async fn set_captions(
    library: &Library,
    actor: &Actor,
    id: &ResourceId,
    language: Language,
    file: &[u8],
) -> Result<()> {
    super::load_for_editing(library, actor, id).await?;
    keep(library, actor, id, language, &read::read(file)?).await
}

/// Keeps captions as they were edited. What stands before the first cue and behind the last stays, and what nobody touched
/// stays letter by letter.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Invalid(captions, Empty)` when nothing is said.
pub async fn save_cues(
    library: &Library,
    actor: &Actor,
    id: &ResourceId,
    language: Language,
    cues: Vec<write::Cue>,
) -> Result<()> {
    super::load_for_editing(library, actor, id).await?;
    if cues.is_empty() {
        return Err(Error::invalid("captions", Why::Empty));
    }
    let known = find!(&library.db, Captions, sql::FIND_CAPTIONS, id, language.as_str())?.map(|known| known.body);
    let mut script = known.as_deref().map(Script::parse).unwrap_or_default();
    if script.head.is_empty() {
        script.head = "WEBVTT".into();
    }
    let is_changed = script.retype(cues);
    if let Some(body) = known.filter(|_| !is_changed) {
        // Somebody has read it, and found nothing to mend.
        return keep(library, actor, id, language, &body).await;
    }
    keep(library, actor, id, language, &read::read(script.to_vtt().as_bytes())?).await
}

/// Says everything from the moment `from` on (all of it when that is empty) by `seconds` later, or earlier when it begins
/// with a minus.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` for what is no time, or when a cue would be lost.
pub async fn shift(
    library: &Library,
    actor: &Actor,
    id: &ResourceId,
    language: Language,
    seconds: &str,
    from: &str,
) -> Result<()> {
    super::load_for_editing(library, actor, id).await?;
    let unreadable = |field| Error::invalid(field, Why::Unreadable);
    // A minus as keyboards and as typesetters write it.
    let seconds = seconds.trim().replace('\u{2212}', "-");
    let (sign, amount) = seconds.strip_prefix('-').map_or((1, seconds.trim_start_matches('+')), |rest| (-1, rest));
    let by_ms = sign * typed_ms(amount).ok_or_else(|| unreadable("shift"))?;
    let from_ms = if from.trim().is_empty() { 0 } else { typed_ms(from).ok_or_else(|| unreadable("shift_from"))? };
    let mut script = Script::parse(&load_captions(library, id, language).await?.body);
    script.shift(by_ms, from_ms)?;
    keep(library, actor, id, language, &script.to_vtt()).await
}

async fn keep(library: &Library, actor: &Actor, id: &ResourceId, language: Language, body: &str) -> Result<()> {
    let mut tx = library.db.begin().await?;
    store(library, &mut tx, id, language, body, false).await?;
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "captions.set", id.as_str()).await?;
    tx.commit().await
}

async fn store(
    library: &Library,
    tx: &mut Tx,
    id: &ResourceId,
    language: Language,
    body: &str,
    is_automatic: bool,
) -> Result<()> {
    let (now, is_automatic) = (library.clock.now_ms(), i64::from(is_automatic));
    write!(tx, sql::SET_CAPTIONS, id, language.as_str(), body, is_automatic, now)?;
    Ok(())
}

/// Takes the captions of one language away.
///
/// # Errors
/// `Forbidden`, or `NotFound` when there are none.
pub async fn remove_captions(library: &Library, actor: &Actor, id: &ResourceId, language: Language) -> Result<()> {
    super::load_for_editing(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::REMOVE_CAPTIONS, id, language.as_str())? == 0 {
        return Err(Error::NotFound("captions"));
    }
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "captions.remove", id.as_str()).await?;
    tx.commit().await
}

pub async fn list_captions(library: &Library, id: &ResourceId) -> Result<Vec<Captions>> {
    list!(&library.db, Captions, sql::LIST_CAPTIONS, id)
}

/// The language that an address names.
///
/// # Errors
/// `NotFound` for what is no language of ours.
pub fn language(word: &str) -> Result<Language> {
    Language::parse(word).ok_or(Error::NotFound("captions"))
}

/// # Errors
/// `NotFound`.
pub async fn load_captions(library: &Library, id: &ResourceId, language: Language) -> Result<Captions> {
    find!(&library.db, Captions, sql::FIND_CAPTIONS, id, language.as_str())?.ok_or(Error::NotFound("captions"))
}

/// The cues that can be read; blocks that are not cues (notes, styles, broken times) are passed over.
pub fn cues(vtt: &str) -> Vec<Cue> {
    vtt.split("\n\n").filter_map(|block| cue(block.trim_matches('\n'))).collect()
}

fn cue(block: &str) -> Option<Cue> {
    let write::Cue { from_ms, to_ms, text, .. } = write::cue(block)?;
    let lines = text.lines().map(without_tags).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(Cue { from_ms, to_ms, text })
}

/// `[hh:]mm:ss.ttt` in milliseconds.
fn time_ms(text: &str) -> Option<i64> {
    let (clock, thousandths) = text.split_once('.')?;
    let parts: Vec<i64> = clock.split(':').map(whole).collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts[..] {
        [minutes, seconds] => (0, minutes, seconds),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    if hours >= 10_000 || minutes >= 60 || seconds >= 60 || thousandths.len() != 3 {
        return None;
    }
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + whole(thousandths)?)
}

/// Digits and nothing else: no sign.
fn whole(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn without_tags(line: &str) -> String {
    let mut inside = false;
    let text: String = line
        .chars()
        .filter(|each| match each {
            '<' => {
                inside = true;
                false
            }
            '>' if inside => {
                inside = false;
                false
            }
            _ => !inside,
        })
        .collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_are_read_as_players_read_them() {
        let check = |vtt: &str, expected: &[(i64, i64, &str)]| {
            let found: Vec<_> = cues(vtt).into_iter().map(|cue| (cue.from_ms, cue.to_ms, cue.text)).collect();
            let expected: Vec<_> = expected.iter().map(|(from, to, text)| (*from, *to, (*text).to_owned())).collect();
            assert_eq!(found, expected, "{vtt:?}");
        };
        check("WEBVTT\n\n00:01.000 --> 00:02.500\nHello", &[(1000, 2500, "Hello")]);
        check(
            "WEBVTT\n\nNOTE x\n\n1\n01:00:01.000 --> 01:00:02.000 line:0\n<v Anna>测量 <b>血压</b>\n第二行",
            &[(3_601_000, 3_602_000, "测量 血压 第二行")],
        );
        check("WEBVTT\n\n00:01,000 --> 00:02,000\nSRT commas", &[]);
        check("WEBVTT\n\n00:03.000 --> 00:02.000\nbackwards", &[]);
        check("WEBVTT\n\n00:61.000 --> 00:62.000\nno such second", &[]);
        check("WEBVTT\n\n00:00.-12 --> 00:01.+12\nsigns", &[]);
        check("WEBVTT\n\n00:01.000 --> 999999999999999999:00:00.000\nan age", &[]);
        check("WEBVTT\n\n00:01.000 --> 00:02.000\n1 &lt; 2 &amp; 3", &[(1000, 2000, "1 < 2 & 3")]);
    }
}
