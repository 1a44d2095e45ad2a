//! Which file is it? One of the newest, or one that is named: where there are thousands, no list holds them all.

use content::holdings::{self, Filter, Holding, Sort};
use content::ids::ResourceId;
use content::media::{self, ResourceKind, Stage};
use leptos::prelude::*;

use super::resource_parts::stage_name;
use crate::messages as m;
use crate::parts::field::Field;
use crate::parts::said::plain;
use crate::view::{Form, Viewer};
use crate::wire::Lang;

/// How many files a list offers: some pages have several.
const OFFERED: usize = 20;

/// What a file is chosen for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// What a lesson can be made of: a video, or courseware with pages to read.
    Lesson,
    /// What is read along with a course.
    Handout,
    /// A video whose poster is a column's cover.
    Cover,
    /// A video that takes another's place.
    Replacement,
}

impl Purpose {
    fn kind(self) -> Option<ResourceKind> {
        match self {
            Self::Lesson => None,
            Self::Handout => Some(ResourceKind::Courseware),
            Self::Cover | Self::Replacement => Some(ResourceKind::Video),
        }
    }

    fn fits(self, file: &Holding) -> bool {
        match self {
            Self::Lesson if file.kind == ResourceKind::Courseware => {
                file.stage == Stage::Ready && file.duration_ms.is_some_and(|ms| ms > 0)
            }
            Self::Lesson | Self::Handout => file.stage != Stage::Failed,
            Self::Cover => file.poster_address().is_some(),
            Self::Replacement => !matches!(file.stage, Stage::Failed | Stage::Received),
        }
    }
}

/// What is sent, and how it is called.
type Choices = Vec<(String, String)>;

/// The files to choose from.
pub(super) struct Files {
    newest: Choices,
    has_more: bool,
    /// Those that fit the words which came back with the form.
    fitting: Choices,
}

impl Files {
    /// The newest that fit, with those `shown` already; and what the words of a form that came back may mean.
    pub(super) async fn of(
        viewer: &Viewer,
        form: &Form,
        purpose: Purpose,
        shown: &[&ResourceId],
    ) -> content::Result<Self> {
        let (actor, library, lang) = (viewer.actor()?, &viewer.library, viewer.lang);
        let look = async |text: String| {
            let filter = Filter { text, kind: purpose.kind(), ..Filter::default() };
            holdings::list_page(library, actor, &filter, Sort::Newest, None).await
        };
        let page = look(String::new()).await?;
        let fit: Vec<_> = page.rows.iter().filter(|each| purpose.fits(each)).collect();
        let has_more = page.next.is_some() || fit.len() > OFFERED;
        let mut newest: Choices =
            fit.iter().take(OFFERED).map(|each| (each.id.to_string(), name(each, lang))).collect();
        for id in shown {
            if newest.iter().all(|(known, _)| known != id.as_str())
                && let Some(found) = media::find_resource(library, id).await?
            {
                newest.push((id.to_string(), plain(&found.title, lang)));
            }
        }
        let words = form.value("file_words");
        let rows = if words.trim().is_empty() { Vec::new() } else { look(words).await?.rows };
        let fit = rows.iter().filter(|each| purpose.fits(each));
        let fitting = fit.map(|each| (each.id.to_string(), format!("{} · {}", name(each, lang), each.filename)));
        Ok(Self { newest, has_more, fitting: fitting.collect() })
    }

    pub(super) fn without(mut self, id: &ResourceId) -> Self {
        self.newest.retain(|(each, _)| each != id.as_str());
        self.fitting.retain(|(each, _)| each != id.as_str());
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.newest.is_empty()
    }

    /// The list, and beside it a field for the name of one that is not in it; `form` is the one that this stands in.
    pub(super) fn ask(&self, field: Field, none: Option<&str>, form: &Form, place: &str, lang: Lang) -> AnyView {
        let words = form.value("file_words");
        // Once it has brought up a list to choose from, the list counts.
        let is_found = !words.is_empty() && !self.fitting.is_empty();
        let choices = if is_found { &self.fitting } else { &self.newest };
        let none = none.map(|words| (String::new(), words.to_owned()));
        let choices = none.into_iter().chain(choices.iter().cloned()).collect();
        let blank = Form::default();
        let named = Field::new(if is_found { &blank } else { form }, "file_words", m::pick_words(lang));
        let named = named.hint(m::pick_words_hint(lang)).within(place).max_chars(200).autocomplete("off");
        let is_asked = self.has_more || !words.is_empty();
        view! { {field.choice(choices)}{is_asked.then(|| named.input())} }.into_any()
    }
}

fn name(file: &Holding, lang: Lang) -> String {
    let title = plain(&file.title, lang);
    match file.stage {
        Stage::Ready => title,
        stage => format!("{title} · {}", stage_name(stage, lang)),
    }
}
