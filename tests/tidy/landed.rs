//! Do migrations stay as they landed? A database in the field knows each by its hash and refuses one that was edited.

use sha2::{Digest, Sha256};

use super::{hold, read, walk};

/// SHA-256 of every migration that has landed. A new one is added here with its hash, and never changes again.
const LANDED: &[(&str, &str)] = &[
    ("0001_people_and_places.sql", "c1bf60026871ad160d94d5d2c4d066fb7bf3d3ee13d2b18d67cf55fd2032ae81"),
    ("0002_work.sql", "e475be24b06496afc70c012d29406a26aecd9055f67475b425f7b265ba459451"),
    ("0003_media.sql", "2b0464e40f565afcc0e40f211d98d668fcc3c4d8acb84ecfabdeaeff828dcaa5"),
    ("0004_courses.sql", "9f864232f93472a9ea017cc23ebd6ac2494e444740644842162b114af65a6506"),
    ("0005_learning.sql", "7decbcc1fde3c2c7bc3214d6a4ec7712bc54847b557b0d1a797e6164b59a6245"),
    ("0006_assignments.sql", "40aabb12316b708b7466aabf537c79e2bec1c4bd82cf44096ee5db0dc92804dd"),
    ("0007_shelves.sql", "1f5e2bcec1e0f9eb676185bcbbfc525f0c97c3913df54d81bf449cf0ef82deb4"),
    ("0008_courseware.sql", "cb81ce5f318ffd170ddeda69bb2fb51e0c8f196682c036f2f76bf66660990fed"),
    ("0009_resources.sql", "d8e192c9b5f235c18b5c9a53aea802e60e6fd9140441d0534299c7415bcc107b"),
    ("0010_revisions.sql", "c1a391cd3d256a5aff381940d1e51146f553ebad67fccd5f573b75053232ee1b"),
    ("0011_feeds.sql", "5e84e00c368046a708881355d1cff9c2796b9f8e47d8798c194f64484ddcdd08"),
    ("0012_import.sql", "c2d3df603cb4151f61cc1194eeaf2bff2b94c79e4aa7638ae061fdccb33d9b26"),
    ("0013_search.sql", "3ede1d3a91fe433f00725abc98e0da297872fc0d998d34a0912101728db50ff3"),
    ("0014_sendings.sql", "79ddf510da839d6082c1a886fd83c43635a48005a6033e2cb4072df7dece517b"),
    ("0015_edge.sql", "1198523bd084a54a6bf658321dfa4ad442fdc4415ca40811cd727f6248258ae2"),
    ("0016_proposals.sql", "6256bf5d997e9be918c2bcf2aa30d204aebd9d915630044806c8a7205a88ca95"),
    ("0017_steady_queue.sql", "c4a629d58ec9d4558d421def7e251d59ebbaac6a6d9e3cd74810219994638af2"),
    ("0018_budgets.sql", "454554826515c8fa70cf78ec84e3dd252bcc8b1d5eb0f7c2fe12b378f84c14e0"),
    ("0019_reports.sql", "c3db135a1767c9e1e0f488119e9d15d1080939a4c960d367bab14ef74e516b18"),
    ("0020_course_progress.sql", "5cfd37e8c469eec87b55020aa35492e748ed5e005bab0cb04d74cf8fbe07b488"),
    ("0021_in_goes.sql", "2578676926042c8eff557d0b86291bc2c710682297fcc33b31235fae333a0d8e"),
    ("0022_ledger_of_lesson.sql", "edcbf37942ec3ed01e929b282046034ded01a8bfc4260a97316fb0777992ed8a"),
    ("0023_once_shown.sql", "98aa3d75a69b7256002712e3e2eba5704a575df02c66d21bc78e8dc4359a0364"),
];

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is not as it landed, among files with their texts.
fn breaches(files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, landed) in LANDED {
        match files.iter().find(|(path, _)| path == name) {
            None => found.push(format!("migrations/{name} is gone")),
            Some((_, text)) if hash(text) != *landed => {
                found.push(format!("migrations/{name} was edited after it had landed; write another"));
            }
            Some(_) => {}
        }
    }
    let is_new = |path: &&(String, String)| !LANDED.iter().any(|(name, _)| *name == path.0);
    let new = files.iter().filter(is_new);
    found.extend(new.map(|(path, text)| format!("migrations/{path} is not held: (\"{path}\", \"{}\"),", hash(text))));
    found
}

#[test]
fn migrations_that_have_landed_do_not_change() {
    let paths = walk("migrations").into_iter().filter(|path| path.ends_with(".sql"));
    let files: Vec<_> = paths.map(|path| (path.trim_start_matches("migrations/").to_owned(), read(&path))).collect();
    hold("a migration never changes after it has landed", &breaches(&files));
    let mut edited = files.clone();
    edited[3].1.push(' ');
    edited.push(("9999_new.sql".to_owned(), String::new()));
    edited.remove(0);
    assert_eq!(breaches(&edited).len(), 3, "what is gone, edited and new is found");
}
