//! Signing in, and who works where as what.

use axum::Json;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;
use content::ids::{PersonId, UnitId};
use content::people::{self, NewPerson, Role};
use content::{Error, Why, places};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::{Body, Made, TextForm, Words, made};
use super::paging::Paging;
use crate::Platform;
use crate::failure::Answer;
use crate::session::{self, Asking};

#[derive(Deserialize, ToSchema)]
pub(crate) struct SignInForm {
    login: String,
    password: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// For `Authorization: Bearer`.
    token: String,
}

/// Signs in, and sets the cookie. One person has fifty tokens at a time; with another her oldest ends.
#[utoipa::path(post, path = "/api/v1/sign-in", request_body = SignInForm,
    responses((status = 200, body = SignedIn), (status = 401, body = super::document::Problem), (status = 429, body = super::document::Problem)), security(()))]
pub(crate) async fn sign_in(
    State(platform): State<Platform>,
    ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>,
    headers: HeaderMap,
    jar: CookieJar,
    Body(form): Body<SignInForm>,
) -> Answer<impl IntoResponse> {
    let address = platform.address_of(peer, &headers);
    let known = session::known(&platform, &jar);
    let coming = people::Coming { is_program: true, ..known.coming(&address) };
    let signed_in = people::sign_in(&platform.library, &form.login, &form.password, &coming).await?;
    let jar = session::keep(&platform, jar, &signed_in);
    Ok((jar, Json(SignedIn { token: signed_in.token })))
}

/// Ends this session.
#[utoipa::path(post, path = "/api/v1/sign-out", responses((status = 204)))]
pub(crate) async fn sign_out(
    State(platform): State<Platform>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Answer<impl IntoResponse> {
    if let Some(token) = session::token(&platform, &jar, &headers) {
        people::sign_out(&platform.library, &token).await?;
    }
    Ok((StatusCode::NO_CONTENT, session::CLEAR, jar.add(session::no_session_cookie(&platform))))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    id: String,
    login: String,
    name: String,
    /// The language of the interface.
    language: String,
    /// What playing a lesson may cost: `auto`, `low` or `sound`.
    data_use: String,
    org_unit: Option<String>,
    roles: Vec<RoleAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RoleAnswer {
    role: String,
    /// The top of the subtree it reaches; null: the whole tree.
    org_unit: Option<String>,
}

/// The person, her roles with their scopes, her language.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = Me), (status = 401, body = super::document::Problem)))]
pub(crate) async fn me(Asking(viewer): Asking) -> Answer<Json<Me>> {
    let actor = viewer.actor()?;
    let roles = actor.grants.iter().map(|grant| RoleAnswer {
        role: grant.role.to_string(),
        org_unit: grant.unit.as_ref().map(ToString::to_string),
    });
    Ok(Json(Me {
        id: actor.person.to_string(),
        login: actor.login.clone(),
        name: actor.name.clone(),
        language: viewer.lang.word().to_owned(),
        data_use: actor.data_use.to_string(),
        org_unit: actor.unit.as_ref().map(ToString::to_string),
        roles: roles.collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct UnitForm {
    name: TextForm,
    /// The institution's own word: province, prefecture, county, township, clinic …
    kind: String,
    parent: Option<String>,
}

/// Adds an org unit.
#[utoipa::path(post, path = "/api/v1/org-units", request_body = UnitForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_unit(Asking(viewer): Asking, Body(form): Body<UnitForm>) -> Answer<(StatusCode, Json<Made>)> {
    let parent = form.parent.map(UnitId::from);
    let name = form.name.texts(viewer.language());
    let id = people::add_unit(&viewer.library, viewer.actor()?, name, &form.kind, parent.as_ref()).await?;
    Ok(made(&id))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Units {
    items: Vec<UnitAnswer>,
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UnitAnswer {
    id: String,
    kind: String,
    name: Words,
    parent: Option<String>,
}

/// The org units of the caller's administration scope in the order in which they were added, parents before children.
#[utoipa::path(get, path = "/api/v1/org-units", params(Paging),
    responses((status = 200, body = Units), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_units(Asking(viewer): Asking, Query(paging): Query<Paging>) -> Answer<Json<Units>> {
    let scope = people::scope_of(&viewer.library, viewer.actor()?, Role::Supervisor, None).await?;
    let page = places::list_page(&viewer.library, &scope, paging.page()?).await?;
    let units = page.items.into_iter().map(|unit| UnitAnswer {
        id: unit.id.to_string(),
        kind: unit.kind,
        name: unit.name.into(),
        parent: unit.parent.map(|parent| parent.to_string()),
    });
    Ok(Json(Units { items: units.collect(), next: page.next }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PersonForm {
    login: String,
    name: String,
    password: Option<String>,
    org_unit: Option<String>,
}

/// Adds a person, as a learner of her org unit.
#[utoipa::path(post, path = "/api/v1/people", request_body = PersonForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem),
        (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_person(
    Asking(viewer): Asking,
    Body(form): Body<PersonForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let unit = form.org_unit.map(UnitId::from);
    let (login, name, password) = (form.login.as_str(), form.name.as_str(), form.password.as_deref());
    let new = NewPerson { login, name, password, unit: unit.as_ref() };
    Ok(made(&people::add_person(&viewer.library, viewer.actor()?, &new).await?))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct GrantForm {
    person: String,
    /// learner, content-manager, reviewer, supervisor, administrator or auditor.
    role: String,
    /// Null reaches the whole tree.
    org_unit: Option<String>,
}

/// Gives a person a role over a subtree.
#[utoipa::path(post, path = "/api/v1/grants", request_body = GrantForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn grant(Asking(viewer): Asking, Body(form): Body<GrantForm>) -> Answer<(StatusCode, Json<Made>)> {
    let role = Role::parse(&form.role).ok_or(Error::Invalid { field: "role", why: Why::UnknownValue })?;
    let (person, unit) = (PersonId::from(form.person), form.org_unit.map(UnitId::from));
    Ok(made(&people::grant(&viewer.library, viewer.actor()?, &person, role, unit.as_ref()).await?))
}
