//! Which pages and forms are there? The routes of the server, as its source lists them.

use crate::tidy::{Source, closing, root, tokens};

/// A route of the server, as its source has it, and whether it shows pages and takes forms.
pub(super) struct Route {
    steps: Vec<String>,
    pub(super) template: String,
    pub(super) shows: bool,
    pub(super) takes: bool,
}

/// The routes of pages and forms: read from the one list there is, so that none is forgotten.
pub(super) fn routes() -> Vec<Route> {
    let path = "server/src/router.rs";
    let source = Source::new(path, &std::fs::read_to_string(root().join(path)).unwrap());
    let tokens = tokens(&source.shipped);
    let mut found = Vec::new();
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "route") {
        if tokens.get(index + 1).is_none_or(|next| next.text != "(") {
            continue;
        }
        let end = closing(&tokens, index + 1);
        let Some(template) = source.literal_within(&(tokens[index].at..tokens[end].at)) else { continue };
        let calls = |name: &str| tokens[index..end].windows(2).any(|pair| pair[0].text == name && pair[1].text == "(");
        let steps = template.split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        found.push(Route { steps, shows: calls("get"), takes: calls("post"), template });
    }
    // Not for people: files, health, calls of programs.
    let others = ["/{name}", "/pkg", "/healthz", "/readyz", "/metrics", "/media", "/uploads", "/api"];
    found.retain(|route| others.iter().all(|other| !route.template.starts_with(other)));
    found
}

pub(super) fn route_of<'a>(routes: &'a [Route], path: &str) -> Option<&'a Route> {
    let steps: Vec<&str> = path.split(['?', '#']).next()?.split('/').filter(|step| !step.is_empty()).collect();
    let fits = |route: &&Route| {
        let same = |(one, other): (&String, &&str)| one.starts_with('{') || one == *other;
        route.steps.len() == steps.len() && route.steps.iter().zip(&steps).all(same)
    };
    let plain = |route: &&Route| route.steps.iter().filter(|step| !step.starts_with('{')).count();
    routes.iter().filter(fits).max_by_key(plain)
}
