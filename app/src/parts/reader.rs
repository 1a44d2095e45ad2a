//! How are pages read? One after the other, each a picture with its text behind it, light enough for a slow link.
//!
//! One document shows a stretch of pages (see [`reading::stretches`]); `?page=12#page-12` opens the one that page 12 is in.

use content::courseware::{Page, Stretch, reading};
use content::ids::Language;
use content::media::Resource;
use leptos::prelude::*;

use super::said::mark;
use super::{button, say};
use crate::messages as m;
use crate::wire::Lang;

/// What is read, by whom.
pub struct Reader<'a> {
    pub resource: &'a Resource,
    pub pages: &'a [Page],
    /// The path of the page that shows it.
    pub here: String,
    /// The page to open at, where one was asked for.
    pub at: Option<i64>,
    /// What she has read, where that is counted.
    pub intervals: Option<&'a [(i64, i64)]>,
    pub lang: Lang,
}

impl Reader<'_> {
    /// The pages that this document shows.
    pub fn stretch(&self) -> Stretch {
        let all = reading::stretches(self.pages);
        let at = self.at.unwrap_or(1);
        let found = all.iter().find(|each| (each.first..=each.last).contains(&at)).or(all.first());
        found.copied().unwrap_or(Stretch { first: 1, last: 0 })
    }

    /// The pages within it.
    pub fn shown(&self) -> impl Iterator<Item = &Page> {
        let stretch = self.stretch();
        self.pages.iter().filter(move |page| (stretch.first..=stretch.last).contains(&page.number))
    }

    fn seen(&self) -> Option<usize> {
        let intervals = self.intervals?;
        Some(self.pages.iter().filter(|page| reading::is_seen(page, intervals)).count())
    }

    /// How much there is to read and to fetch, before any of it is fetched; and the file as it was uploaded.
    pub fn cost(&self) -> AnyView {
        let lang = self.lang;
        let first = self.pages.first().map(|page| m::reader_first(lang, say::bytes(page.size_bytes())));
        let all: i64 = self.pages.iter().map(Page::size_bytes).sum();
        let whole = (self.pages.len() > 1).then(|| m::reader_all(lang, say::bytes(all)));
        let facts = first.into_iter().chain(whole).map(|fact| view! { <span>{fact}</span> });
        view! { <p class="facts">{facts.collect_view()}</p><p class="reader-original">{original(self.resource, lang)}</p> }
            .into_any()
    }

    /// Which page is in view, how many were seen, and how to turn pages. Without scripts it counts the pages.
    pub fn bar(&self) -> AnyView {
        let (lang, pages) = (self.lang, self.pages.len());
        let place = m::reader_page(lang, self.at.unwrap_or(1), pages);
        let seen = self.seen().map(|count| {
            view! { <span id="reader-seen" data-text=m::reader_seen(lang, "{count}")>{m::reader_seen(lang, count)}</span> }
        });
        let turns = [("reader-previous", "←", m::reader_previous(lang)), ("reader-next", "→", m::reader_next(lang))];
        let turns = turns.map(|(id, sign, label)| {
            view! { <button type="button" class="turn" id=id aria-label=label title=label hidden>{sign}</button> }
        });
        view! {
            <div class="reader-bar">
                <p class="facts"><span id="reader-place" data-text=m::reader_page(lang, "{page}", "{pages}")>{place}</span>{seen}</p>
                <p class="turns">{turns.into_iter().collect_view()}</p>
            </div>
        }
        .into_any()
    }

    /// The pages of this document, and the way to the others.
    pub fn sheets(&self) -> AnyView {
        let sheets = self.shown().enumerate().map(|(place, page)| self.sheet(page, place == 0)).collect_view();
        view! { {self.places()}<ol class="sheets" id="sheets">{sheets}</ol>{self.more()} }.into_any()
    }

    fn address(&self, page: i64) -> String {
        let joint = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{joint}page={page}#page-{page}", self.here)
    }

    /// Links to the stretches, where there are several.
    fn places(&self) -> Option<AnyView> {
        let all = reading::stretches(self.pages);
        let current = self.stretch();
        let links = all.iter().map(|stretch| {
            let name = if stretch.first == stretch.last {
                stretch.first.to_string()
            } else {
                format!("{}–{}", stretch.first, stretch.last)
            };
            let current = (*stretch == current).then_some("true");
            view! { <a class="chip" href=self.address(stretch.first) aria-current=current>{name}</a> }
        });
        let links = links.collect_view();
        let nav = view! { <nav class="places" aria-label=m::reader_places(self.lang)>{links}</nav> };
        (all.len() > 1).then(|| nav.into_any())
    }

    fn more(&self) -> Option<AnyView> {
        let current = self.stretch();
        let next = reading::stretches(self.pages).into_iter().find(|each| each.first > current.last)?;
        let label = m::reader_more(self.lang, next.first, next.last);
        let link =
            view! { <p class="actions" id="reader-more">{button::go_quiet(self.address(next.first), label)}</p> };
        Some(link.into_any())
    }

    fn sheet(&self, page: &Page, is_first: bool) -> AnyView {
        let (lang, number) = (self.lang, page.number);
        let weight = page.avif_bytes.map(|bytes| view! { <span>{say::bytes(bytes)}</span> });
        let id = format!("page-{number}");
        let link = format!("#{id}");
        let name = m::reader_page(lang, number, self.pages.len());
        view! {
            <li class="sheet" id=id data-page=number>
                {self.picture(page, is_first)}
                <p class="facts"><span><a href=link>{name}</a></span>{weight}</p>
                {self.text(page)}
            </li>
        }
        .into_any()
    }

    /// The first comes at once and has the link to itself: where scripts run the others wait for it, as markup that is not
    /// looked at (`reader.ts` takes it out), and they then come as they are reached.
    fn picture(&self, page: &Page, is_first: bool) -> Option<AnyView> {
        let (avif, webp) = (page.avif()?, page.webp()?);
        let (loading, priority) = if is_first { ("eager", "high") } else { ("lazy", "low") };
        let alt = match page.title() {
            Some(title) => m::reader_alt(self.lang, page.number, title),
            None => m::reader_page(self.lang, page.number, self.pages.len()),
        };
        let picture = view! {
            <picture>
                <source type="image/avif" srcset=avif />
                <img src=webp width=page.width height=page.height loading=loading fetchpriority=priority decoding="async" alt=alt />
            </picture>
        };
        if is_first {
            return Some(picture.into_any());
        }
        let waiting = picture.to_html();
        Some(view! { <noscript class="sheet-waits" inner_html=waiting></noscript> }.into_any())
    }

    /// Behind a picture the text is folded away; without one it is the page.
    fn text(&self, page: &Page) -> Option<AnyView> {
        let lang = self.lang;
        let written_in = language_of(&page.text, self.resource.language);
        let text = view! { <div class="sheet-text" lang=mark(written_in, lang)>{page.text.clone()}</div> };
        match (page.avif().is_some(), page.text.is_empty()) {
            _ if page.is_legacy() => Some(view! { <p class="soft">{m::reader_legacy_page(lang)}</p> }.into_any()),
            (true, true) => None,
            (true, false) => Some(
                view! { <details class="sheet-behind"><summary>{m::reader_page_text(lang)}</summary>{text}</details> }
                    .into_any(),
            ),
            (false, true) => Some(view! { <p class="soft">{m::reader_no_picture(lang)}</p> }.into_any()),
            (false, false) => Some(text.into_any()),
        }
    }
}

/// How many pages, and how long reading them takes.
pub fn length(pages: i64, reading_ms: Option<i64>, lang: Lang) -> AnyView {
    let time = reading_ms.filter(|ms| *ms > 0).map(|ms| m::reader_time(lang, say::duration(lang, ms)));
    let facts = std::iter::once(count(pages, lang)).chain(time).map(|fact| view! { <span>{fact}</span> });
    facts.collect_view().into_any()
}

pub fn count(pages: i64, lang: Lang) -> String {
    if pages == 1 { m::reader_one_page(lang).to_owned() } else { m::reader_pages(lang, say::number(pages)) }
}

/// The file as it was uploaded, with what it weighs.
pub fn original(resource: &Resource, lang: Lang) -> AnyView {
    let ending = resource.filename.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_uppercase());
    let label = m::reader_original(lang, ending, say::bytes(resource.size_bytes));
    view! { <a href=resource.original_address() download=resource.filename.clone()>{label}</a> }.into_any()
}

/// A text by its own letters: a deck for Tibetan doctors has pages in Chinese.
fn language_of(text: &str, said: Language) -> Lang {
    let count = |from: char, to: char| text.chars().filter(|char| (from..=to).contains(char)).count();
    let (tibetan, chinese) = (count('\u{f40}', '\u{fbc}'), count('\u{4e00}', '\u{9fff}'));
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    match [(tibetan, Lang::Bo), (chinese * 2, Lang::Zh), (latin, Lang::En)].into_iter().max_by_key(|(count, _)| *count)
    {
        Some((1.., lang)) => lang,
        _ => said.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_in_the_language_of_its_letters() {
        for (text, lang) in [
            ("ཁྲག་ཤེད་འཇལ་བ། blood", Lang::Bo),
            ("量血压前先休息五分钟 BP", Lang::Zh),
            ("Rest for five minutes", Lang::En),
            ("1 2 3", Lang::Zh),
        ] {
            assert_eq!(language_of(text, Language::Zh), lang, "{text}");
        }
    }
}
