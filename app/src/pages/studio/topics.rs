//! Which topics does a column have? Added, called otherwise, put into order, taken away.

use content::courses::{self, topics};
use content::people;
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::kept::{self, Kept};
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::submit;
use crate::parts::field::problem_of_form;
use crate::parts::order::ordered;
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn topics(viewer: &Viewer, slug: &str, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let may_keep = people::keeps_columns(&viewer.library, actor).await?;
    let column = courses::load_column(&viewer.library, slug).await?;
    let topics = topics::list_topics_of(&viewer.library, &column.id).await?;
    let last = topics.len().saturating_sub(1);
    let rows = topics.iter().enumerate().map(|(at, topic)| {
        let (id, here) = (format!("topic-{}", topic.id), format!("/studio/columns/{slug}/topics/{}", topic.id));
        let kept = Kept { id, here, title: &topic.title, fact: None, is_first: at == 0, is_last: at == last };
        kept::row(kept, may_keep, form, lang)
    });
    let rows = rows.collect_view();
    let list = view! { <ol class="rows" data-order="topics">{rows}</ol> };
    let up = Crumb::new("/studio/columns", m::studio_columns(lang));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), up])}
        <h1>{said(&column.title, lang)}</h1>
        <p class="lead">{m::topics_lead(lang)}</p>
        {form.values.is_empty().then(|| problem_of_form(form))}
        <section class="section">
            <h2>{m::topics_title(lang)}</h2>
            {topics.is_empty().then(|| view! { <p class="field-hint">{m::terms_none(lang)}</p> })}
            {ordered(list.into_any(), lang)}
        </section>
        {may_keep.then(|| new_topic(slug, form, lang))}
    };
    let programs = Programs { order: may_keep, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::topics_of(lang, plain(&column.title, lang)), body) })
}

fn new_topic(slug: &str, form: &Form, lang: Lang) -> AnyView {
    let form = fields::of(form, "topic");
    view! {
        <section class="panel" id="new">
            <h2>{m::topics_new(lang)}</h2>
            {problem_of_form(&form)}
            <form class="form" method="post" action=format!("/studio/columns/{slug}/topics#new")>
                {Texts::title(&form, "topic", lang).show(lang)}
                <p class="actions">{submit(m::terms_add(lang))}</p>
                {fields::name("topic")}
            </form>
        </section>
    }
    .into_any()
}
