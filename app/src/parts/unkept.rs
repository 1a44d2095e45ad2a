//! What of a form was too long to be kept? Said above the form that came back.

use leptos::prelude::*;

use crate::messages as m;
use crate::view::{Unkept, Viewer};
use crate::wire::Lang;

/// No more fields are named.
const NAMED: usize = 10;

pub fn unkept(viewer: &Viewer) -> Option<AnyView> {
    let (lang, Unkept { fields, stays_here }) = (viewer.lang, &viewer.unkept);
    let gone = (!fields.is_empty()).then(|| m::form_unkept(lang, called(fields, lang)));
    let stays = stays_here.then(|| match viewer.actor {
        Some(_) => m::form_stays_here(lang),
        None => m::sign_in_unkept(lang),
    });
    let said: Vec<String> = gone.into_iter().chain(stays.map(str::to_owned)).collect();
    let said = said.into_iter().map(|text| view! { <p class="notice bad" role="alert">{text}</p> });
    (!fields.is_empty() || *stays_here).then(|| said.collect_view().into_any())
}

/// The fields as the page calls them; what is no field of ours by its name, shortened.
fn called(fields: &[String], lang: Lang) -> String {
    let called = |field: &String| {
        let (name, language) = field.rsplit_once('_').unwrap_or((field, ""));
        let own = Lang::parse(language).map(Lang::own_name);
        match (name, own) {
            ("title", Some(own)) => format!("{} {own}", m::studio_field_title(lang)),
            ("summary", Some(own)) => format!("{} {own}", m::studio_field_summary(lang)),
            _ => field.chars().take(40).collect(),
        }
    };
    fields.iter().take(NAMED).map(called).collect::<Vec<_>>().join(", ")
}
