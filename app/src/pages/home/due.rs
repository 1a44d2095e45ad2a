//! What is asked of me, and until when?

use content::assignments::Due;
use content::courses::CourseCard;
use leptos::prelude::*;

use super::Home;
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::button;
use crate::parts::progress::{percent_of, ring};
use crate::parts::said::said;
use crate::parts::say;
use crate::wire::Lang;

const DAY_MS: i64 = 24 * 3_600_000;
/// What is due sooner than this asks for attention.
const SOON_DAYS: i64 = 7;

/// How many are shown here; all of them stand on their own page.
pub(super) const SHOWN: i64 = 8;

impl Home {
    pub(super) fn list_due(&self) -> Option<AnyView> {
        let (lang, now_ms) = (self.lang, self.now_ms);
        let open = self.due.iter().filter_map(|due| Some((due, self.open.find(&due.course)?)));
        let rows = open.filter(|(_, card)| self.is_open(card)).take(usize::try_from(SHOWN).unwrap_or(usize::MAX));
        let rows: Vec<_> = rows.map(|(due, card)| due_row(due, card, self.completed_of(card), now_ms, lang)).collect();
        let is_empty = rows.is_empty();
        let more = (i64::try_from(self.due.len()).is_ok_and(|count| count > SHOWN))
            .then(|| view! { <p class="actions">{button::go_quiet("/me?show=due", m::home_due_all(lang))}</p> });
        let section = view! {
            <section class="section"><h2>{m::home_due(lang)}</h2><ul class="rows">{rows}</ul>{more}</section>
        };
        (!is_empty).then(|| section.into_any())
    }
}

/// One course that is due, with how much of it is done.
pub(in crate::pages) fn due_row(due: &Due, card: &CourseCard, completed: i64, now_ms: i64, lang: Lang) -> AnyView {
    let standing = m::completed_of(lang, say::number(completed), say::number(card.lessons));
    view! {
        <li class="row">
            {ring(percent_of(completed, card.lessons))}
            <div class="row-body">
                <a class="row-title" href=format!("/courses/{}", card.course.id)>{said(&card.course.title, lang)}</a>
                <p class="facts"><span>{when(due.due_at, now_ms, lang)}</span><span>{standing}</span></p>
            </div>
        </li>
    }
    .into_any()
}

/// The last day on which it is in time, and how urgent that is.
pub(in crate::pages) fn when(due_at: i64, now_ms: i64, lang: Lang) -> AnyView {
    let day = say::date(lang, due_at - 1);
    match (due_at - now_ms).div_euclid(DAY_MS) {
        ..0 => badge(Tone::Bad, m::due_late(lang, day)),
        0..SOON_DAYS => badge(Tone::Busy, m::due_on(lang, day)),
        _ => badge(Tone::Calm, m::due_on(lang, day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_warns_before_it_has_passed_and_tells_when_it_has() {
        // Midnight in Beijing after 23 November 2024.
        let due_at = 1_732_377_600_000;
        let class = |now_ms: i64| when(due_at, now_ms, Lang::En).to_html();
        assert!(class(due_at - 30 * DAY_MS).contains(r#"class="badge""#));
        assert!(class(due_at - DAY_MS).contains("badge busy"));
        assert!(class(due_at - 1).contains("badge busy") && class(due_at - 1).contains("23 November 2024"));
        assert!(class(due_at + 1).contains("badge bad"), "{}", class(due_at + 1));
    }
}
