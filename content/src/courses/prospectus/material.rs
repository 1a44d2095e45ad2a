//! What does a lesson play or show? A file with all that is made of it, in memory while lessons with it are opened.

use std::sync::Arc;

use crate::Library;
use crate::error::Result;
use crate::ids::ResourceId;
use crate::media::captions::{self, Captions};
use crate::media::{self, Rendition, Resource, Stage, Still};
use crate::shelves::{self, About};

/// Captions longer than this are read anew each time (bytes).
const MOST_CAPTIONS: usize = 256 * 1024;

/// A file as a lesson shows it.
#[derive(Debug)]
pub struct Material {
    pub resource: Resource,
    pub renditions: Vec<Rendition>,
    pub about: About,
    pub captions: Vec<Captions>,
    pub stills: Vec<Still>,
}

impl Material {
    async fn read(library: &Library, id: &ResourceId) -> Result<Self> {
        Ok(Self {
            resource: media::load_resource(library, id).await?,
            renditions: media::list_renditions(library, id).await?,
            about: shelves::find_about(library, id).await?,
            captions: captions::list_captions(library, id).await?,
            stills: media::list_stills(library, id).await?,
        })
    }

    /// What is still being made changes by the second, and without a note in the log.
    fn may_be_kept(&self) -> bool {
        let captions: usize = self.captions.iter().map(|captions| captions.body.len()).sum();
        self.resource.stage == Stage::Ready && captions <= MOST_CAPTIONS
    }
}

/// The file with what is made of it, not older than the [`Open`](super::Open) that its lesson was found in.
///
/// # Errors
/// `NotFound`.
pub async fn load_material(library: &Library, id: &ResourceId) -> Result<Arc<Material>> {
    let prospectus = &library.prospectus;
    let seq = {
        let mut kept = prospectus.kept();
        if let Some(material) = kept.materials.get(id) {
            return Ok(material.clone());
        }
        kept.listing.seq
    };
    let material = Arc::new(Material::read(library, id).await?);
    let mut kept = prospectus.kept();
    if kept.listing.seq == seq && material.may_be_kept() {
        kept.materials.put(id.clone(), material.clone());
    }
    Ok(material)
}
