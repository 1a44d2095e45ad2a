//! What would it do to keep the videos of a column so? How many it binds, what goes and when, before it is saved.

use content::courses::{self, policy as kept};
use content::media::Originals;
use leptos::prelude::*;

use super::column::keeping_name;
use super::resource_class;
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{go_quiet, submit, submit_danger};
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::view::{Page, Viewer};

/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`; `Invalid` for a word that is none.
pub async fn policy(viewer: &Viewer, slug: &str, class: &str, originals: &str) -> content::Result<Page> {
    let (actor, lang, library) = (super::keeper(viewer)?, viewer.lang, &viewer.library);
    let column = courses::load_column(library, slug).await?;
    let asked = match originals {
        "" => kept::find_kept(library, actor, &column.id).await?,
        originals => kept::kept_of(class, originals)?,
    };
    let reach = kept::preview(library, actor, slug, asked).await?;
    let encoded = (reach.encoded > 0).then(|| view! { <li>{m::policy_encoded(lang, say::number(reach.encoded))}</li> });
    let count = say::number(reach.originals);
    let gone = match asked.originals {
        Originals::Keep => None,
        _ if reach.originals == 0 => None,
        Originals::Move => Some(view! { <li>{m::policy_moved(lang, count)}</li> }.into_any()),
        Originals::Drop => {
            let day = say::date(lang, library.clock.now_ms() + kept::GRACE_MS);
            Some(view! { <li><strong>{m::policy_dropped(lang, count, day)}</strong></li> }.into_any())
        }
    };
    let is_grave = asked.originals == Originals::Drop && reach.originals > 0;
    let class = asked.class.map(|class| class.to_string()).unwrap_or_default();
    let choices = resource_class::choices(lang);
    let class_name = choices.into_iter().find(|(word, _)| *word == class).map(|(_, name)| name);
    let title = m::policy_of(lang, plain(&column.title, lang));
    let up = Crumb::new(format!("/studio/columns#column-{slug}"), m::studio_columns(lang));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), up])}
        <h1>{m::policy_title(lang)}</h1>
        <p class="lead">{said(&column.title, lang)}</p>
        <section class="section panel">
            <p class="facts"><span>{m::policy_class(lang)}": "{class_name}</span></p>
            <p class="facts"><span>{m::policy_originals(lang)}": "{keeping_name(asked.originals, lang)}</span></p>
            <ul class="missing">
                <li>{m::policy_videos(lang, say::number(reach.videos))}</li>
                {encoded}
                {gone}
            </ul>
            <form class="form" method="post" action=format!("/studio/columns/{slug}/policy")>
                <input type="hidden" name="class" value=class />
                <input type="hidden" name="originals" value=asked.originals.as_str() />
                <p class="actions">
                    {if is_grave { submit_danger(m::policy_save(lang)) } else { submit(m::policy_save(lang)) }}
                    {go_quiet("/studio/columns", m::policy_back(lang))}
                </p>
            </form>
        </section>
    };
    Ok(Page::new(title, body))
}
