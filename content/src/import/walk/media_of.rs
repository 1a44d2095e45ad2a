//! What becomes of the file of a row? New bytes are taken in; of known ones, what is said of them may change.

use serde_json::json;

use super::Walk;
use crate::error::Result;
use crate::ids::{Language, ResourceId};
use crate::import::finding::Found;
use crate::import::folder::{Bytes, From};
use crate::import::item::Item;
use crate::import::known::merged;
use crate::import::report::Thing;
use crate::media::uploads::{self, NewUpload};
use crate::media::{self, captions};
use crate::proposals::Said;
use crate::shelves::proposed::{Description, find_working_about};
use crate::shelves::{self, About, Facet};

type Terms = [(Facet, Vec<String>)];

impl Walk<'_> {
    /// The resource of these bytes; true when it is new.
    pub(super) async fn resource(&mut self, item: &Item, bytes: &Bytes) -> Result<(ResourceId, bool)> {
        self.resource_of(item, &item.key, bytes).await
    }

    /// The same; `key` is what the sheet calls it.
    pub(super) async fn resource_of(&mut self, item: &Item, key: &str, bytes: &Bytes) -> Result<(ResourceId, bool)> {
        let known = self.known.by_sha.get(&bytes.sha256).cloned();
        let (id, is_new) = match (known, &bytes.from) {
            (Some(id), _) => (id, false),
            (None, From::Resource(id)) => (id.clone(), false),
            (None, From::File(_)) if self.steps.is_check() => (ResourceId::new(), true),
            (None, From::File(path)) => {
                let language = item.language.unwrap_or(Language::Zh);
                let filename = path.file_name().and_then(|name| name.to_str()).unwrap_or(&item.file);
                let size_bytes = i64::try_from(tokio::fs::metadata(path).await?.len()).unwrap_or(i64::MAX);
                let title = item.title.best(language).1;
                let new = NewUpload { filename, content_type: "", title, language, size_bytes };
                (uploads::take_in(self.library, self.actor, path, &new).await?, true)
            }
        };
        if is_new {
            self.steps.made(&mut self.report, Thing::Resource, id.as_str()).await?;
            self.known.by_sha.insert(bytes.sha256.clone(), id.clone());
        }
        if self.known.item_keys.get(key) != Some(&id) {
            self.steps.remember(&self.known.scope, "item", key, id.as_str()).await?;
            self.known.item_keys.insert(key.to_owned(), id.clone());
        }
        Ok((id, is_new))
    }

    /// Titles, what is said of it, terms and captions.
    pub(super) async fn say(
        &mut self,
        item: &Item,
        id: &ResourceId,
        is_new: bool,
        terms: &Terms,
        captions: &[(Language, String)],
    ) -> Result<()> {
        if is_new && self.steps.is_check() {
            return Ok(());
        }
        let resource = media::load_resource(self.library, id).await?;
        let there = media::find_working_title(self.library, &resource).await?;
        let title = merged(&there, &item.title);
        if title != there {
            if !self.steps.is_check() {
                let said = media::rename(self.library, self.actor, id, title).await?;
                self.tell(item, "title", &said);
            }
            self.note(is_new, Thing::ResourceTitle, id.as_str(), &json!(there)).await?;
        }
        self.say_about(item, id, is_new, terms).await?;
        self.say_captions(item, id, is_new, captions).await
    }

    /// Tells what a reviewer has to look at first.
    fn tell(&mut self, item: &Item, heading: &str, said: &Said) {
        if said.is_proposed() {
            self.find(item.row, Found::Proposed, heading, "");
        }
    }

    /// What is said of something new belongs to its making.
    async fn note(&mut self, is_new: bool, thing: Thing, subject: &str, before: &serde_json::Value) -> Result<()> {
        if is_new { Ok(()) } else { self.steps.changed(&mut self.report, thing, subject, before).await }
    }

    async fn say_about(&mut self, item: &Item, id: &ResourceId, is_new: bool, terms: &Terms) -> Result<()> {
        let Description { about: there, terms: terms_there } = find_working_about(self.library, id).await?;
        let about = about_of(&there, item);
        let mut said: Vec<(Facet, String)> =
            terms_there.iter().filter(|(facet, _)| terms.iter().all(|(other, _)| other != facet)).cloned().collect();
        for (facet, slugs) in terms {
            said.extend(slugs.iter().map(|slug| (*facet, slug.clone())));
        }
        let sorted = |terms: &[(Facet, String)]| {
            let mut terms = terms.to_vec();
            terms.sort();
            terms.dedup();
            terms
        };
        if about == there && sorted(&said) == sorted(&terms_there) {
            return Ok(());
        }
        let before = json!({"about": there, "terms": terms_there});
        if !self.steps.is_check() {
            let said = shelves::describe(self.library, self.actor, id, about, &said).await?;
            self.tell(item, "summary", &said);
        }
        self.note(is_new, Thing::ResourceAbout, id.as_str(), &before).await
    }

    async fn say_captions(
        &mut self,
        item: &Item,
        id: &ResourceId,
        is_new: bool,
        said: &[(Language, String)],
    ) -> Result<()> {
        for (language, vtt) in said {
            let known = captions::find_working(self.library, id, *language).await?.map(|(known, _)| known);
            if known.as_ref().is_some_and(|known| &known.body == vtt) {
                continue;
            }
            if !self.steps.is_check() {
                let said = captions::set_captions(self.library, self.actor, id, *language, vtt.as_bytes()).await?;
                self.tell(item, &format!("captions_{language}"), &said);
            }
            let before = json!(known.map(|known| known.body));
            self.note(is_new, Thing::Captions, &format!("{id}/{language}"), &before).await?;
        }
        Ok(())
    }
}

/// What is said, in the place of what was said; what the row leaves empty stays.
fn about_of(there: &About, item: &Item) -> About {
    let line = |said: &Option<String>, there: &str| said.clone().unwrap_or_else(|| there.to_owned());
    About {
        summary: merged(&there.summary, &item.summary),
        author: line(&item.author, &there.author),
        institution: line(&item.institution, &there.institution),
        disclosure: line(&item.disclosure, &there.disclosure),
        license: line(&item.license, &there.license),
        source: line(&item.source, &there.source),
        review_by: item.review_by.unwrap_or(there.review_by),
    }
}
