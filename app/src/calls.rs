//! What may an island ask? Server functions at fixed addresses; each asks the domain one thing.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::wire::{Problem, StageNow};

/// How far a resource has come. For whoever may open it.
///
/// # Errors
/// `not_found` for a resource that is not there or not hers.
#[server(StageOf, prefix = "/api/calls", endpoint = "stage", input = Json, output = Json)]
pub async fn stage_of(resource: String) -> Result<StageNow, Problem> {
    let viewer = expect_context::<crate::view::Viewer>();
    crate::pages::studio::resource::answer_stage(&viewer, &resource.into()).await
}
