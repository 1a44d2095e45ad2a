//! Does every answer look as the OpenAPI document says? Asked for each call of each story.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

/// One document a platform would be the same document: read once.
static DOCUMENT: LazyLock<Mutex<Option<Value>>> = LazyLock::new(Mutex::default);

/// Keeps the document the server gave.
pub(crate) fn remember(document: Value) {
    *DOCUMENT.lock().expect("no story died here") = Some(document);
}

pub(crate) fn is_known() -> bool {
    DOCUMENT.lock().expect("no story died here").is_some()
}

/// Panics when `answer` is not of the shape that the document gives for this call and status.
pub(crate) fn check(method: &str, path: &str, status: u16, answer: &Value) {
    let document = DOCUMENT.lock().expect("no story died here").clone().expect("the document was read");
    let path = path.split('?').next().unwrap_or_default();
    let Some(operation) = find(&document, method, path) else {
        panic!("{method} {path} is not in the OpenAPI document");
    };
    let schema = &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
    let schema = match schema {
        // A refusal that can meet any call need not be listed with each.
        Value::Null if status >= 400 => json!({"$ref": "#/components/schemas/Problem"}),
        Value::Null => panic!("{method} {path} answers {status}, which the OpenAPI document does not know"),
        schema => schema.clone(),
    };
    let whole = json!({"allOf": [schema], "components": document["components"]});
    let validator = jsonschema::validator_for(&whole).expect("the schema is a schema");
    let faults: Vec<_> = validator.iter_errors(answer).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{method} {path} {status}: {faults:?} in {answer}");
}

fn find<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let paths = document["paths"].as_object()?;
    let by_length: HashMap<_, _> = paths.iter().filter(|(template, _)| fits(template, path)).collect();
    // A template without parameters wins over one with.
    let best = by_length.keys().min_by_key(|template| template.matches('{').count())?;
    by_length[*best].get(method.to_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
}
