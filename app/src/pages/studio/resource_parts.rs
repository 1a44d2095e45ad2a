//! How do files and courses look to those who make them? Rows, states and ages.

use content::courses::CourseState;
use content::media::{Resource, ResourceKind, Stage};
use leptos::prelude::*;

use crate::messages as m;
pub(super) use crate::pages::lesson::stage_name;
use crate::parts::badge::{Tone, badge};
use crate::parts::said::said;
use crate::parts::say;
use crate::view::Viewer;
use crate::wire::Lang;

pub(super) fn course_tone(state: CourseState) -> Tone {
    match state {
        CourseState::Published => Tone::Good,
        CourseState::Review => Tone::Busy,
        CourseState::Draft | CourseState::Retired => Tone::Calm,
    }
}

pub(super) fn stage_badge(stage: Stage, lang: Lang) -> AnyView {
    let tone = match stage {
        Stage::Ready => Tone::Good,
        Stage::Failed => Tone::Bad,
        Stage::Received | Stage::Checked | Stage::Transcoding => Tone::Busy,
    };
    badge(tone, stage_name(stage, lang))
}

pub(super) fn kind_name(kind: ResourceKind, lang: Lang) -> &'static str {
    match kind {
        ResourceKind::Video => m::resource_kind_video(lang),
        ResourceKind::Courseware => m::resource_kind_courseware(lang),
    }
}

pub(super) fn row(viewer: &Viewer, resource: &Resource) -> AnyView {
    let lang = viewer.lang;
    let length = resource.duration_ms.filter(|_| resource.kind == ResourceKind::Video);
    view! {
        <li class="row">
            <div class="row-body">
                <a class="row-title" href=format!("/studio/resources/{}", resource.id)>{said(&resource.title, lang)}</a>
                <p class="facts">
                    <span>{stage_badge(resource.stage, lang)}</span>
                    <span>{kind_name(resource.kind, lang)}</span>
                    {length.map(|ms| view! { <span>{say::duration(lang, ms)}</span> })}
                    <span>{say::bytes(resource.size_bytes)}</span>
                    <span>{age(viewer, resource.created_at)}</span>
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// How long ago something was.
pub(super) fn age(viewer: &Viewer, at_ms: i64) -> String {
    let passed_ms = viewer.library.clock.now_ms() - at_ms;
    match passed_ms {
        ..5_000 => m::studio_just_now(viewer.lang).to_owned(),
        5_000..172_800_000 => m::studio_ago(viewer.lang, say::duration(viewer.lang, passed_ms)),
        _ => say::date(viewer.lang, at_ms),
    }
}
