//! What is said of a file? Its authors, license and date, aspects and audiences; and another file in its place.

use content::clock::day;
use content::media::{Resource, ResourceKind};
use content::shelves::proposed::{Description, find_working_about};
use content::shelves::{self, About, Facet, Term};
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::picking::{Files, Purpose};
use super::{declared, terms};
use crate::messages as m;
use crate::parts::button::submit_quiet;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::said::said;
use crate::view::{Form, Viewer};
use crate::wire::Lang;

/// Folded away, but for a form that came back.
pub(super) async fn section(viewer: &Viewer, resource: &Resource, form: &Form) -> content::Result<AnyView> {
    let (library, lang) = (&viewer.library, viewer.lang);
    let Description { about, terms: own } = find_working_about(library, &resource.id).await?;
    let mut facets = Vec::new();
    for facet in Facet::ALL {
        facets.push(choose(*facet, &shelves::list_terms(library, *facet).await?, &own, form, lang));
    }
    let is_back = !fields::of(form, "about").values.is_empty();
    let form = known(&about, form);
    let field = |name: &str, label: &str| Field::new(&form, name, label.to_owned()).within("about").max_chars(500);
    let review_by = Field::new(&form, "review_by", m::about_review_by(lang)).within("about").kind("date");
    Ok(view! {
        <section class="section" id="about">
            <h2>{m::about_title(lang)}</h2>
            <details class="fold panel" open=is_back>
                <summary>{m::about_edit(lang)}</summary>
                {problem_of_form(&form)}
                <form class="form" method="post" action=format!("/studio/resources/{}/about#about", resource.id)>
                    {Texts::summary(&form, "about", lang).show(lang)}
                    {field("author", m::about_author(lang)).input()}
                    {field("institution", m::about_institution(lang)).input()}
                    {field("disclosure", m::about_disclosure(lang)).hint(m::about_disclosure_hint(lang)).input()}
                    {field("license", m::about_license(lang)).hint(m::about_license_hint(lang)).input()}
                    {field("source", m::about_source(lang)).input()}
                    {review_by.hint(m::about_review_by_hint(lang)).input()}
                    {facets}
                    <p class="actions">{submit_quiet(m::edit_save(lang))}</p>
                    {fields::name("about")}
                </form>
            </details>
        </section>
    }
    .into_any())
}

fn known(about: &About, form: &Form) -> Form {
    let own = fields::of(form, "about");
    if !own.values.is_empty() {
        return own;
    }
    let lines = [
        ("author", about.author.clone()),
        ("institution", about.institution.clone()),
        ("disclosure", about.disclosure.clone()),
        ("license", about.license.clone()),
        ("source", about.source.clone()),
        ("review_by", about.review_by.map(day::ending).unwrap_or_default()),
    ];
    let lines = lines.into_iter().map(|(name, value)| (name.to_owned(), value));
    let summary = about.summary.iter().map(|(language, text)| (format!("summary_{language}"), text.to_owned()));
    Form { values: lines.chain(summary).collect(), ..own }
}

/// A box for each term. A form that came back names those that were ticked.
fn choose(facet: Facet, terms: &[Term], own: &[(Facet, String)], form: &Form, lang: Lang) -> Option<AnyView> {
    let form = fields::of(form, "about");
    let boxes = terms.iter().map(|term| {
        let name = format!("{facet}-{}", term.slug);
        let is_own = own.iter().any(|each| each.0 == facet && each.1 == term.slug);
        let is_ticked = if form.values.is_empty() { is_own } else { !form.value(&name).is_empty() };
        view! {
            <label class="tick"><input type="checkbox" name=name value="1" checked=is_ticked /><span>{said(&term.title, lang)}</span></label>
        }
    });
    let boxes = boxes.collect_view();
    let view =
        view! { <fieldset class="plain ticks"><legend>{terms::facet_name(facet, lang)}</legend>{boxes}</fieldset> };
    (!terms.is_empty()).then(|| view.into_any())
}

/// Another upload in place of this one, in every lesson that shows it.
pub(super) async fn replacing(viewer: &Viewer, resource: &Resource, form: &Form) -> content::Result<Option<AnyView>> {
    let lang = viewer.lang;
    if resource.kind != ResourceKind::Video {
        return Ok(None);
    }
    let files = Files::of(viewer, form, Purpose::Replacement, &[]).await?;
    let files = files.without(&resource.id);
    if files.is_empty() {
        return Ok(None);
    }
    let form = fields::of(form, "replace");
    let by = Field::new(&form, "by", m::replace_by(lang)).within("replace");
    let view = view! {
        <section class="section" id="replace">
            <details class="fold panel" open=!form.values.is_empty()>
                <summary>{m::replace_title(lang)}</summary>
                <p>{m::replace_text(lang)}</p>
                {problem_of_form(&form)}
                <form class="form" method="post" action=format!("/studio/resources/{}/replace#replace", resource.id)>
                    {files.ask(by, None, &form, "replace", lang)}
                    {declared::asked(true, &form, "replace", lang)}
                    <p class="actions">{submit_quiet(m::replace_do(lang))}</p>
                    {fields::name("replace")}
                </form>
            </details>
        </section>
    };
    Ok(Some(view.into_any()))
}
