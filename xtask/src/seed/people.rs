//! Who works where? A few people by name, with the sample library's where that is wanted, and beside them a crowd.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Scale;
use super::library::Wanted;
use super::words::{ASPECTS, AUDIENCES, COLUMNS, Three};

/// Who keeps the library.
pub(crate) const MANAGER: &str = "manager";
/// Who administers all of it, and who reads all reports of it.
const OVER_ALL: [(&str, &str, &str); 2] =
    [("administrator", "管理员", "administrator"), ("inspector", "总督导", "supervisor")];

/// How large the crowd is: prefectures, counties in each, townships in each, clinics in each; people, how many of them
/// sign in, how many courses each has begun.
struct Size {
    units: [u64; 4],
    people: u64,
    sign_in: u64,
    courses_each: u64,
}

/// As many learners as the bench of pages lets ask; two of the three courses each.
const SAMPLE: Size = Size { units: [1, 2, 3, 4], people: 600, sign_in: 600, courses_each: 2 };
const PREFECTURE: Size = Size { units: [1, 7, 8, 6], people: 2_000, sign_in: 600, courses_each: 6 };
/// 20,367 units; each of 100,000 has begun 21 courses, most of ten lessons.
const PROVINCE: Size = Size { units: [17, 9, 12, 10], people: 100_000, sign_in: 5_000, courses_each: 21 };
const NATION: Size = Size { units: [100, 8, 10, 4], people: 200_000, sign_in: 5_000, courses_each: 5 };

/// Writes `library.json`, the files it names, and `crowd.json`.
pub(super) fn write(folder: &Path, wanted: &Wanted) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut library = match &wanted.sample {
        Some(sample) => with_sample(folder, sample)?,
        None => alone(),
    };
    if wanted.scale.is_bare() {
        add_roots(&mut library, "columns", &COLUMNS)?;
        add_roots(&mut library, "aspects", &ASPECTS)?;
        add_roots(&mut library, "audiences", &AUDIENCES)?;
    }
    fs::write(folder.join("library.json"), library.to_string())?;
    fs::write(folder.join("crowd.json"), crowd(wanted).to_string())?;
    Ok(())
}

/// The sample library, whose manager keeps all of the province's.
fn with_sample(folder: &Path, sample: &Path) -> Result<Value> {
    let text = fs::read_to_string(sample.join("library.json")).context("the sample library")?;
    let mut library: Value = serde_json::from_str(&text)?;
    let people = library["people"].as_array_mut().context("the sample library has people")?;
    let top = "province";
    people.retain(|other| other["login"] != MANAGER);
    people.insert(0, person(MANAGER, "内容管理员", top, "content-manager"));
    people.extend(OVER_ALL.map(|(login, name, role)| person(login, name, top, role)));
    fs::create_dir_all(folder.join("media"))?;
    for file in fs::read_dir(sample.join("media"))? {
        let file = file?;
        fs::copy(file.path(), folder.join("media").join(file.file_name()))?;
    }
    Ok(library)
}

fn alone() -> Value {
    let name = json!({"zh": "全省", "bo": "ཞིང་ཆེན།", "en": "The province"});
    let mut people = vec![person(MANAGER, "内容管理员", "all", "content-manager")];
    people.extend(OVER_ALL.map(|(login, name, role)| person(login, name, "all", role)));
    let units = [json!({"key": "all", "kind": "province", "parent": null, "name": name})];
    json!({"org_units": units, "people": people, "columns": [], "courses": []})
}

fn person(login: &str, name: &str, unit: &str, role: &str) -> Value {
    json!({"login": login, "name": name, "unit": unit, "roles": [{"role": role, "unit": unit}]})
}

/// Adds those that are not there yet.
fn add_roots(library: &mut Value, of: &str, roots: &[(&str, Three)]) -> Result<()> {
    if library[of].is_null() {
        library[of] = json!([]);
    }
    let there = library[of].as_array_mut().context("a list")?;
    for (slug, (zh, bo, en)) in roots {
        if !there.iter().any(|other| other["slug"] == *slug) {
            there.push(json!({"slug": slug, "title": {"zh": zh, "bo": bo, "en": en}}));
        }
    }
    Ok(())
}

fn crowd(wanted: &Wanted) -> Value {
    let size = match wanted.scale {
        Scale::Sample => SAMPLE,
        Scale::DayOne => PREFECTURE,
        Scale::Province => PROVINCE,
        Scale::Nation => NATION,
    };
    let names = [
        ("prefecture", "玉拉州", "Prefecture"),
        ("county", "县医院", "County Hospital"),
        ("township", "乡卫生院", "Township Health Center"),
        ("clinic", "村卫生室", "Village Clinic"),
    ];
    let level = |((kind, zh, en), each)| json!({"kind": kind, "each": each, "zh": zh, "en": en});
    let levels: Vec<Value> = names.into_iter().zip(size.units).map(level).collect();
    let staff = [
        ("supervisor", "county", 20, 1),
        ("administrator", "prefecture", 200, 2),
        ("content-manager", "prefecture", 100, 3),
        ("reviewer", "prefecture", 100, 4),
    ];
    let staff = staff.map(|(role, kind, every, at)| json!({"role": role, "kind": kind, "every": every, "at": at}));
    json!({
        "levels": levels,
        "people": size.people,
        "sign_in": size.sign_in,
        "courses_each": size.courses_each,
        "assignments_each": 3,
        "staff": staff,
    })
}
