//! What does the API look like? OpenAPI 3.1, made from the handlers themselves.

use axum::Json;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, ObjectBuilder, Ref, Required, ResponseBuilder, Type};
use utoipa::{Modify, OpenApi, ToSchema};

use super::{
    columns, courses, editing, learning, media, names, once, people, proposals, queue, reports, review, search,
    shelves, topics,
};
use crate::upload;

/// Every refusal and failure, in the reader's language.
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// not_found, not_signed_in, forbidden, invalid, conflict, too_many, busy or internal.
    kind: String,
    message: String,
    field: Option<String>,
    /// To quote when asking for help.
    reference: String,
}

/// How it is known who asks, and what any call may be answered.
struct OfAll;

impl Modify for OfAll {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let full = Content::new(Some(Ref::from_schema_name("Problem")));
        let full = ResponseBuilder::new()
            .description("busy, or without its database: again after Retry-After seconds")
            .content("application/json", full)
            .build();
        for path in document.paths.paths.values_mut() {
            let verbs =
                [&mut path.get, &mut path.put, &mut path.post, &mut path.delete, &mut path.head, &mut path.patch];
            for operation in verbs.into_iter().flatten() {
                operation.responses.responses.entry("503".to_owned()).or_insert_with(|| full.clone().into());
            }
        }
        let components = document.components.get_or_insert_default();
        let token =
            Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("from POST /api/v1/sign-in")).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        for (name, cookie) in
            [("cookie", crate::session::SESSION[0]), ("cookie_over_https", crate::session::SESSION[1])]
        {
            components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie))));
        }
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Menpa",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        description = "Ids are strings, times epoch milliseconds. What makes something makes one thing when the same is sent twice (`Idempotency-Key`). Sign in, then send the token as `Authorization: Bearer`. Uploads speak tus 1.0.0 at /api/v1/uploads; the upload's id is the resource's id."
    ),
    components(schemas(Problem)),
    modifiers(&OfAll),
    security(("token" = []), ("cookie" = []), ("cookie_over_https" = [])),
    paths(
        people::sign_in,
        people::sign_out,
        people::me,
        people::add_unit,
        people::list_units,
        people::add_person,
        people::grant,
        columns::add_column,
        columns::list_columns,
        columns::list_topics,
        columns::set_policy,
        courses::add_course,
        courses::list_courses,
        courses::course,
        courses::add_module,
        courses::add_lesson,
        courses::add_handout,
        courses::publish,
        courses::retire,
        courses::lesson,
        learning::watch,
        learning::position,
        upload::create,
        upload::look,
        upload::append,
        upload::terminate,
        media::resource,
        media::set_captions,
        media::remove_captions,
        media::ask_for_captions,
        media::encode,
        queue::list_jobs,
        queue::retry,
        queue::cancel,
        queue::pause,
        queue::set_queue,
        queue::encode_all,
        search::search,
        names::suggest,
        names::list_concepts,
        names::save_concept,
        names::remove_concept,
        names::list_questions,
        reports::completion,
        columns::edit_column,
        columns::policy,
        topics::add_topic,
        topics::move_course,
        topics::rename_topic,
        topics::move_topic,
        topics::remove_topic,
        topics::remove_column,
        topics::remove_term,
        columns::move_column,
        editing::edit_course,
        editing::edit_module,
        editing::remove_module,
        editing::move_module,
        editing::edit_lesson,
        editing::remove_lesson,
        editing::move_lesson,
        editing::set_face,
        editing::remove_face,
        editing::remove_handout,
        editing::replace,
        review::submit,
        review::approve,
        review::send_back,
        review::withdraw,
        review::schedule,
        review::list_revisions,
        review::comment,
        review::restore,
        review::list_waiting,
        proposals::list_waiting,
        proposals::list_of,
        proposals::approve,
        proposals::send_back,
        proposals::withdraw,
        shelves::list_terms,
        shelves::add_term,
        shelves::rename_term,
        shelves::move_term,
        shelves::describe,
        shelves::look_again,
        shelves::list_due,
    )
)]
struct Document;

/// The document as the handlers tell it.
pub(super) fn plain() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The document.
pub(crate) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    let mut document = plain();
    for (path, item) in &mut document.paths.paths {
        // Uploads have a way of their own to go on, and a report of what was watched carries its events' ids.
        if !path.starts_with(once::UPLOADS) && path != "/api/v1/watch" {
            let making = once::makes(path);
            for call in [&mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
                call.parameters.get_or_insert_default().push(key(KEYED));
            }
            if let Some(call) = &mut item.post {
                call.parameters.get_or_insert_default().push(key(if making { MAKING } else { KEYED }));
            }
        }
    }
    Json(document)
}

const KEYED: &str = "Sent again with the same key and body within a day, a call is answered as the first was, and makes nothing. At most 200 characters.";
const MAKING: &str = "Sent again with the same key and body within a day, a call is answered as the first was, and makes nothing. At most 200 characters. Without a key the same body sent again by the same person within ten seconds is answered as the first was, unless she has changed something in between; whoever wants two alike gives each a key of its own.";

/// The header that every writing call takes.
fn key(told: &str) -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(told))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(200)).build()))
        .build()
}
