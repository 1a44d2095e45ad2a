//! The one list of routes, and the layers around them.

use std::net::SocketAddr;

use app::view::{Assets, Viewer};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use content::Library;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::trace::TraceLayer;

use crate::forms::{columns, editing, holdings, imports, names, resources, review, shelves};
use crate::session::Asking;
use crate::{Config, api, assets, catalog, failure, forms, guard, health, pages, session, stream, upload};

/// What every request may reach.
#[derive(Clone)]
pub struct Platform {
    pub library: Library,
    pub(crate) assets: Assets,
    pub(crate) is_secure: bool,
    /// Host and port of the address people type, where it was configured.
    pub(crate) public_host: Option<String>,
    /// The address that the catalog gives of itself, where everybody may read it.
    pub(crate) catalog: Option<std::sync::Arc<str>>,
    /// Whom harvesters of it may write to.
    pub(crate) contact: Option<String>,
    behind_proxy: bool,
}

impl Platform {
    pub fn new(library: Library, config: &Config) -> Self {
        let assets = assets::addresses();
        let public_host = config.public_url.as_deref().and_then(guard::host_of).map(str::to_owned);
        Self {
            library,
            assets,
            is_secure: config.is_secure(),
            public_host,
            catalog: config.catalog_address().ok().flatten().map(Into::into),
            contact: config.contact.clone(),
            behind_proxy: config.behind_proxy,
        }
    }

    /// Where a request comes from, for counting failed sign-ins.
    pub(crate) fn address_of(&self, peer: SocketAddr, headers: &HeaderMap) -> String {
        match forwarded_for(headers) {
            Some(address) if self.behind_proxy => address.to_owned(),
            _ => peer.ip().to_string(),
        }
    }
}

/// The address that our own proxy saw: the last of the last line. What stands before it anybody may have written.
fn forwarded_for(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|address| !address.is_empty())
}

/// The whole server. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router(platform: Platform) -> Router {
    let about_people = Router::new()
        .merge(for_learners())
        .merge(for_content_managers())
        .merge(for_editing())
        .merge(for_reviewing())
        .merge(for_administrators())
        .merge(media())
        .nest("/api/v1", api::routes().merge(uploads()))
        .route("/api/calls/{*name}", post(calls).get(calls))
        .fallback(pages::nothing_here)
        .layer(from_fn(forms::amount::bound))
        .layer(from_fn(failure::explain))
        .layer(from_fn(under_an_owner))
        .layer(from_fn_with_state(platform.clone(), session::identify));
    let mut everything = Router::new()
        .route("/pkg/{name}", get(assets::hashed))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    for name in assets::fixed_names() {
        everything = everything.route(&format!("/{name}"), get(assets::fixed));
    }
    if platform.catalog.is_some() {
        everything = everything.merge(catalog::routes());
    }
    let worth_compressing = SizeAbove::new(512)
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("image/webp"))
        .and(NotForContentType::const_new("image/avif"))
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("application/pdf"));
    everything
        .merge(about_people)
        .layer(from_fn_with_state(platform.clone(), guard::refuse_cross_site))
        .layer(CompressionLayer::new().compress_when(worth_compressing))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn(guard::harden))
        .with_state(platform)
}

/// What views keep while they are drawn is freed when the request is over.
async fn under_an_owner(request: Request, next: axum::middleware::Next) -> Response {
    let word = request.extensions().get::<Viewer>().map(|viewer| viewer.nonce.clone()).unwrap_or_default();
    app::pages::shell::owned(word, next.run(request)).await
}

/// One span a request; addresses carry ids only, and the query, which carries what people type, stays out.
fn span(request: &Request<Body>) -> tracing::Span {
    tracing::info_span!("request", http.method = %request.method(), http.path = request.uri().path())
}

fn for_learners() -> Router<Platform> {
    Router::new()
        .route("/", get(pages::home))
        .route("/sign-in", get(pages::sign_in).post(forms::sign_in))
        .route("/sign-out", post(forms::sign_out))
        .route("/language", post(forms::language))
        .route("/data-use", post(forms::data_use))
        .route("/offline", get(pages::offline))
        .route("/columns/{slug}", get(pages::column))
        .route("/courses/{id}", get(pages::course))
        .route("/courses/{course}/lessons/{lesson}", get(pages::lesson))
        .route("/courses/{course}/handouts/{resource}", get(pages::handout))
        .route("/search", get(pages::search))
        .route("/me", get(pages::me))
}

fn for_content_managers() -> Router<Platform> {
    Router::new()
        .route("/studio", get(pages::studio))
        .route("/studio/columns", get(pages::studio_columns).post(forms::add_column))
        .route("/studio/columns/{slug}", post(columns::edit_column))
        .route("/studio/columns/{slug}/move", post(columns::move_column))
        .route("/studio/columns/{slug}/remove", post(columns::remove_column))
        .route("/studio/columns/{slug}/topics", get(pages::studio_topics).post(columns::add_topic))
        .route("/studio/columns/{slug}/courses/{id}/move", post(columns::move_course))
        .route("/studio/columns/{slug}/topics/{id}", post(columns::rename_topic))
        .route("/studio/columns/{slug}/topics/{id}/move", post(columns::move_topic))
        .route("/studio/columns/{slug}/topics/{id}/remove", post(columns::remove_topic))
        .route("/studio/columns/{slug}/policy", post(forms::set_policy))
        .route("/studio/courses", post(forms::add_course))
        .route("/studio/courses/new", get(pages::studio_new_course))
        .route("/studio/courses/{id}", get(pages::studio_course))
        .route("/studio/courses/{id}/modules", post(forms::add_module))
        .route("/studio/courses/{id}/lessons", post(forms::add_lesson))
        .route("/studio/courses/{id}/handouts", post(forms::add_handout))
        .route("/studio/courses/{id}/publish", post(forms::publish))
        .route("/studio/courses/{id}/retire", post(forms::retire))
        .route("/studio/upload", get(pages::studio_upload).post(resources::upload))
        .route("/studio/resources", get(holdings::table))
        .route("/studio/resources/views", post(holdings::save_view))
        .route("/studio/resources/views/{id}/remove", post(holdings::remove_view))
        .route("/studio/resources/selection", get(holdings::picked).post(holdings::pick))
        .route("/studio/resources/selection/preview", get(holdings::preview))
        .route("/studio/resources/selection/do", post(holdings::act))
        .route("/studio/resources/sheet", get(holdings::sheet).post(holdings::save_sheet))
        .route("/studio/resources/{id}", get(pages::studio_resource))
        .route("/studio/resources/{id}/pages", post(resources::make_pages))
        .route("/studio/resources/{id}/encode", post(resources::encode_again))
        .route("/studio/resources/{id}/captions", post(resources::set_captions))
        .route("/studio/resources/{id}/automatic", post(resources::ask_for_captions))
        .route("/studio/resources/{id}/captions/{language}", get(pages::studio_captions).post(resources::save_cues))
        .route("/studio/resources/{id}/captions/{language}/shift", post(resources::shift_captions))
        .route("/studio/resources/{id}/captions/{language}/remove", post(resources::remove_captions))
        .route("/studio/import", get(pages::studio_imports).post(imports::receive))
        .route("/studio/import/template.xlsx", get(imports::template))
        .route("/studio/import/{id}", get(pages::studio_import))
        .route("/studio/import/{id}/load", post(imports::load))
        .route("/studio/import/runs/{run}/undo", post(imports::undo))
        .route("/studio/asked", get(pages::studio_asked))
        .route("/studio/names", get(pages::studio_names).post(names::save))
        .route("/studio/names/leave-out", post(names::leave_out))
        .route("/studio/names/remove", post(names::remove))
        .route("/studio/names/same", post(names::same))
        .route("/studio/parts", get(pages::studio_parts).post(forms::stay_at_parts))
        .route("/studio/jobs", get(pages::studio_jobs))
        .route("/studio/queue/pause", post(resources::pause_queue))
        .route("/studio/queue/resume", post(resources::resume_queue))
        .route("/studio/queue/encode-all", post(resources::encode_all_again))
        .route("/studio/jobs/{id}/retry", post(resources::retry))
        .route("/studio/jobs/{id}/pause", post(resources::pause))
        .route("/studio/jobs/{id}/cancel", post(resources::cancel))
}

/// What stands in a course, how it is sorted, and what is said of it.
fn for_editing() -> Router<Platform> {
    Router::new()
        .route("/studio/courses/{id}/edit", get(pages::studio_edit_course).post(editing::edit_course))
        .route("/studio/courses/{id}/modules/{module}", get(pages::studio_edit_module).post(editing::edit_module))
        .route("/studio/courses/{id}/modules/{module}/move", post(editing::move_module))
        .route("/studio/courses/{id}/modules/{module}/remove", post(editing::remove_module))
        .route("/studio/courses/{id}/lessons/{lesson}", get(pages::studio_edit_lesson).post(editing::edit_lesson))
        .route("/studio/courses/{id}/lessons/{lesson}/move", post(editing::move_lesson))
        .route("/studio/courses/{id}/lessons/{lesson}/remove", post(editing::remove_lesson))
        .route("/studio/courses/{id}/lessons/{lesson}/faces/{language}", post(editing::set_face))
        .route("/studio/courses/{id}/handouts/{resource}/move", post(editing::move_handout))
        .route("/studio/courses/{id}/handouts/{resource}/remove", post(editing::remove_handout))
        .route("/studio/terms", get(pages::studio_terms).post(shelves::add_term))
        .route("/studio/terms/{id}", post(shelves::rename_term))
        .route("/studio/terms/{id}/move", post(shelves::move_term))
        .route("/studio/terms/{id}/remove", post(shelves::remove_term))
        .route("/studio/resources/{id}/about", post(shelves::describe))
        .route("/studio/resources/{id}/looked-at", post(shelves::look_again))
        .route("/studio/resources/{id}/replace", post(editing::replace))
        .route("/studio/review-by", get(pages::studio_review_by))
}

/// From a draft by way of a reviewer to its day.
fn for_reviewing() -> Router<Platform> {
    Router::new()
        .route("/studio/courses/{id}/submit", post(review::submit))
        .route("/studio/courses/{id}/schedule", post(review::schedule))
        .route("/studio/courses/{id}/withdraw", post(review::withdraw))
        .route("/studio/courses/{id}/revisions", get(pages::studio_revisions))
        .route("/studio/courses/{id}/revisions/{number}/comments", post(review::comment))
        .route("/studio/courses/{id}/revisions/{number}/restore", post(review::restore))
        .route("/studio/reviews", get(pages::studio_reviews))
        .route("/studio/reviews/{id}/approve", post(review::approve))
        .route("/studio/reviews/{id}/send-back", post(review::send_back))
}

fn for_administrators() -> Router<Platform> {
    Router::new()
        .route("/admin", get(pages::admin))
        .route("/admin/assignments", get(pages::admin_assignments).post(forms::assign))
        .route("/admin/assignments/{id}/revoke", post(forms::revoke))
        .route("/admin/learners", get(pages::admin_learners))
        .route("/admin/learners/{id}", get(pages::admin_learner))
}

fn media() -> Router<Platform> {
    Router::new()
        .route("/media/{id}/original", get(stream::original))
        .route("/media/{id}/captions/{file}", get(stream::captions_file))
        .route("/media/{id}/{folder}/{file}", get(stream::rendition))
}

fn uploads() -> Router<Platform> {
    Router::new()
        .route("/uploads", post(upload::create).options(upload::abilities))
        .route(
            "/uploads/{id}",
            axum::routing::head(upload::look)
                .patch(upload::append)
                .delete(upload::terminate)
                .post(upload::overridden)
                .options(upload::abilities),
        )
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(upload::speak_tus))
}

/// What islands ask: the server functions of `app::calls`, with the viewer in their context.
async fn calls(State(_platform): State<Platform>, Asking(viewer): Asking, request: Request) -> Response {
    let in_context = viewer.clone();
    let provide = move || leptos::prelude::provide_context::<Viewer>(in_context.clone());
    let response = leptos_axum::handle_server_fns_with_context(provide, request).await;
    axum::response::IntoResponse::into_response(response)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_last_forwarded_address_is_believed() {
        let check = |lines: &[&'static str], expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            assert_eq!(forwarded_for(&headers), expected, "{lines:?}");
        };
        check(&[], None);
        check(&["10.0.0.1"], Some("10.0.0.1"));
        check(&["10.9.9.9, 10.0.0.1"], Some("10.0.0.1"));
        check(&["10.9.9.9", "10.0.0.1"], Some("10.0.0.1"));
        check(&["10.9.9.9, 10.8.8.8", "10.7.7.7,2001:db8::1 "], Some("2001:db8::1"));
        check(&["10.9.9.9", ""], None);
    }
}
