//! How does the island speak with the upload program? `window.menpaUpload`, as app/player/upload.ts offers it.

use leptos::prelude::window;
use leptos::wasm_bindgen;
use leptos::wasm_bindgen::prelude::*;
use leptos::web_sys::HtmlInputElement;
use leptos::web_sys::js_sys::{Object, Promise, Reflect};

const ENDPOINT: &str = "/api/v1/uploads";
/// A proxy on the way may refuse longer requests; one more round trip for so many bytes is not felt.
const CHUNK_BYTES: f64 = 8_388_608.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = menpaUpload, js_name = start, catch)]
    fn call_start(input: &HtmlInputElement, options: &JsValue, on: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = menpaUpload, js_name = queue, catch)]
    fn call_queue(input: &HtmlInputElement, options: &JsValue, on: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = menpaUpload)]
    pub(super) fn pause();
    #[wasm_bindgen(js_namespace = menpaUpload)]
    pub(super) fn resume();
    #[wasm_bindgen(js_namespace = menpaUpload, js_name = cancel)]
    fn call_cancel() -> Promise;
    #[wasm_bindgen(js_namespace = menpaUpload, js_name = previous)]
    fn call_previous(input: &HtmlInputElement) -> Promise;
}

type Progress = dyn FnMut(f64, f64, f64, f64);

/// Who hears of an upload.
pub(super) struct Listener {
    /// Bytes sent, bytes in all, bytes a second, seconds left.
    pub(super) progress: Box<Progress>,
    /// The byte from which the server lets it go on.
    pub(super) resumed: Box<dyn FnMut(f64)>,
    /// The id of the new resource.
    pub(super) done: Box<dyn FnMut(String)>,
    /// The server's own words, or none when the link is at fault; and whether it is being tried again.
    pub(super) failed: Box<dyn FnMut(String, bool)>,
}

/// Whether the program has arrived.
pub(super) fn is_loaded() -> bool {
    Reflect::has(&window(), &"menpaUpload".into()).unwrap_or_default()
}

pub(super) fn start(input: &HtmlInputElement, title: &str, language: &str, on: Listener) {
    let options = object(&[
        ("endpoint", ENDPOINT.into()),
        ("title", title.into()),
        ("language", language.into()),
        ("chunkBytes", CHUNK_BYTES.into()),
    ]);
    let listener = object(&[
        ("progress", Closure::wrap(on.progress).into_js_value()),
        ("resumed", Closure::wrap(on.resumed).into_js_value()),
        ("done", Closure::wrap(on.done).into_js_value()),
        ("failed", Closure::wrap(on.failed).into_js_value()),
    ]);
    let _ = call_start(input, &options, &listener);
}

/// Names and sizes of the files that are chosen.
pub(super) fn chosen(input: &HtmlInputElement) -> Vec<(String, f64)> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let files = get(input.as_ref(), "files");
    let count = get(&files, "length").as_f64().unwrap_or_default();
    let files =
        (0..u32::MAX).take_while(|index| f64::from(*index) < count).map(|index| Reflect::get_u32(&files, index));
    let file = |file: JsValue| {
        (get(&file, "name").as_string().unwrap_or_default(), get(&file, "size").as_f64().unwrap_or_default())
    };
    files.map(|each| file(each.unwrap_or_default())).collect()
}

type Item = dyn FnMut(f64, String, f64, String);

/// Sends all the chosen files. `item` hears of one by its number: its state, how much of it is there (negative: as
/// before), and the server's own words; `done` hears that nothing waits any more.
pub(super) fn queue(input: &HtmlInputElement, language: &str, item: Box<Item>, done: Box<dyn FnMut()>) {
    let options =
        object(&[("endpoint", ENDPOINT.into()), ("language", language.into()), ("chunkBytes", CHUNK_BYTES.into())]);
    let listener =
        object(&[("item", Closure::wrap(item).into_js_value()), ("done", Closure::wrap(done).into_js_value())]);
    let _ = call_queue(input, &options, &listener);
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Ends the upload. Whether the server heard of it does not matter here, since it forgets it after a week.
pub(super) fn cancel() {
    let (ended, not_heard) = (callback(|_| {}), callback(|_| {}));
    let _ = call_cancel().then2(&ended, &not_heard);
    ended.forget();
    not_heard.forget();
}

fn callback(act: impl FnOnce(JsValue) + 'static) -> Closure<dyn FnMut(JsValue)> {
    Closure::once(act)
}

/// Calls `known` with the title of an unfinished upload of the picked file, if there is one.
pub(super) fn previous(input: &HtmlInputElement, known: impl FnOnce(String) + 'static) {
    let act = callback(move |found: JsValue| {
        if !found.is_null() && !found.is_undefined() {
            let title = Reflect::get(&found, &"title".into()).ok();
            known(title.and_then(|title| title.as_string()).unwrap_or_default());
        }
    });
    let _ = call_previous(input).then(&act);
    act.forget();
}
