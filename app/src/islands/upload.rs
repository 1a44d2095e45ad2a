//! How does a file leave this device? A plain form that, once awake, survives lost links and closed browsers.

mod queue;
mod tus;

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

use super::figures;
use crate::messages as m;
use crate::wire::Lang;

/// What the form is doing.
#[derive(Debug, Clone, Default, PartialEq)]
enum Doing {
    #[default]
    Choosing,
    Sending,
    /// The link is lost, or the server says why it is not ready; tries go on by themselves.
    Waiting(String),
    Paused,
    Refused(String),
    Arrived,
    /// Many at once, and all of them dealt with.
    Queue,
    QueueDone,
}

/// How much has gone out, and how fast. Bytes and seconds as the browser counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sent {
    bytes: f64,
    of_bytes: f64,
    bytes_per_second: f64,
    seconds_left: f64,
}

/// Everything that changes while an upload runs.
#[derive(Clone, Copy)]
struct State {
    lang: Lang,
    doing: RwSignal<Doing>,
    sent: RwSignal<Sent>,
    /// Set when the server already holds the beginning of this file.
    continued: RwSignal<Option<String>>,
    file: NodeRef<Input>,
    title: NodeRef<Input>,
    language: RwSignal<Lang>,
    queue: RwSignal<Vec<queue::Row>>,
}

impl State {
    fn is_busy(self) -> bool {
        !matches!(*self.doing.read(), Doing::Choosing | Doing::Refused(_))
    }
}

/// `title` and `language` keep what a refused plain post held; `problem` says why it was refused.
#[island]
pub fn Upload(lang: Lang, title: String, language: Lang, problem: Option<String>) -> impl IntoView {
    let state = State {
        lang,
        doing: RwSignal::new(problem.map_or(Doing::Choosing, Doing::Refused)),
        sent: RwSignal::default(),
        continued: RwSignal::default(),
        file: NodeRef::new(),
        title: NodeRef::new(),
        language: RwSignal::new(language),
        queue: RwSignal::default(),
    };
    view! {
        <form id="upload-form" class="upload" method="post" action="/studio/upload" enctype="multipart/form-data"
            on:submit=move |event| send(state, &event)>
            {fields(state, title)}
            <p class="notice bad" role="alert" hidden=move || refusal(state).is_empty()>{move || refusal(state)}</p>
            {sending(state)}
            {queue::show(state)}
            <div class="actions" hidden=move || state.is_busy()>
                <button class="button" type="submit">{m::upload_send(lang)}</button>
            </div>
        </form>
    }
}

fn fields(state: State, title: String) -> AnyView {
    let lang = state.lang;
    view! {
        <fieldset class="plain" disabled=move || state.is_busy()>
            <div class="field">
                <label for="upload-title">{m::upload_title(lang)}</label>
                <p class="field-hint" id="upload-title-hint">{m::upload_title_hint(lang)}</p>
                <input id="upload-title" class="input" name="title" maxlength="200" autocomplete="off" value=title
                    node_ref=state.title aria-describedby="upload-title-hint"/>
            </div>
            <div class="field">
                <label for="upload-language">{m::upload_language(lang)}</label>
                <select id="upload-language" class="input" name="language" on:change=move |event| {
                    state.language.set(Lang::parse(&event_target_value(&event)).unwrap_or(lang));
                }>
                    {Lang::ALL.map(|each| view! {
                        <option value=each.word() lang=each.tag() selected=each == state.language.get_untracked()>
                            {each.own_name()}
                        </option>
                    })}
                </select>
            </div>
            <div class="field">
                <label for="upload-file">{m::upload_file(lang)}</label>
                <p class="field-hint" id="upload-file-hint">{m::upload_file_hint(lang)}</p>
                <input id="upload-file" class="input" name="file" type="file" required=true multiple=true accept="video/*,.mkv,.flv,.wmv,.pdf,.ppt,.pptx,.pps,.ppsx,.doc,.docx,.xls,.xlsx,.rtf,.odt,.odp,.ods,.odg,image/*,.txt,.md,.zip"
                    node_ref=state.file aria-describedby="upload-file-hint" on:change=move |_| look_back(state)/>
                <p class="note" role="status">{move || state.continued.get()}</p>
            </div>
        </fieldset>
    }
    .into_any()
}

fn sending(state: State) -> AnyView {
    let lang = state.lang;
    let is_paused = move || *state.doing.read() == Doing::Paused;
    let has_arrived = move || *state.doing.read() == Doing::Arrived;
    view! {
        <div class="sending" hidden=move || !is_one(state)>
            <p class="sending-words" role="status">{move || words(lang, &state.doing.read())}</p>
            <progress class="bar" max="1000" value=move || permille(state.sent.get()) aria-label=m::upload_progress(lang)></progress>
            <p class="sending-figures">{move || amount(lang, state.sent.get())}</p>
            <p class="sending-figures sending-pace" hidden=move || *state.doing.read() != Doing::Sending>
                {move || pace(lang, state.sent.get())}
            </p>
            <div class="actions" hidden=has_arrived>
                <button class="button quiet" type="button" hidden=is_paused on:click=move |_| pause(state)>
                    {m::upload_pause(lang)}
                </button>
                <button class="button" type="button" hidden=move || !is_paused() on:click=move |_| go_on(state)>
                    {m::upload_continue(lang)}
                </button>
                <button class="button danger" type="button" on:click=move |_| cancel(state)>{m::upload_cancel(lang)}</button>
            </div>
            <p class="field-hint" hidden=has_arrived>{m::upload_may_close(lang)}</p>
        </div>
    }
    .into_any()
}

/// Whether a single file is on its way.
fn is_one(state: State) -> bool {
    state.is_busy() && !matches!(*state.doing.read(), Doing::Queue | Doing::QueueDone)
}

fn refusal(state: State) -> String {
    match &*state.doing.read() {
        Doing::Refused(why) => why.clone(),
        _ => String::new(),
    }
}

fn words(lang: Lang, doing: &Doing) -> String {
    match doing {
        Doing::Sending => m::upload_sending(lang).to_owned(),
        Doing::Waiting(why) if why.is_empty() => m::upload_link_lost(lang).to_owned(),
        Doing::Waiting(why) => m::upload_waiting(lang, why),
        Doing::Paused => m::upload_paused(lang).to_owned(),
        Doing::Arrived => m::upload_arrived(lang).to_owned(),
        Doing::Choosing | Doing::Refused(_) | Doing::Queue | Doing::QueueDone => String::new(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of files are far below 2^53 and times far below that")]
fn whole(number: f64) -> i64 {
    number as i64
}

fn permille(sent: Sent) -> i64 {
    if sent.of_bytes > 0.0 { whole(sent.bytes * 1000.0 / sent.of_bytes) } else { 0 }
}

fn amount(lang: Lang, sent: Sent) -> String {
    let (bytes, of_bytes) = (figures::size(whole(sent.bytes)), figures::size(whole(sent.of_bytes)));
    m::upload_amount(lang, bytes, of_bytes, permille(sent) / 10)
}

fn pace(lang: Lang, sent: Sent) -> String {
    if sent.bytes_per_second < 1.0 || !sent.seconds_left.is_finite() {
        return m::upload_measuring(lang).to_owned();
    }
    let speed = figures::size(whole(sent.bytes_per_second));
    m::upload_pace(lang, speed, figures::wait(lang, whole(sent.seconds_left)))
}

/// Without the upload program the browser posts the form by itself.
fn send(state: State, event: &SubmitEvent) {
    let Some(file) = state.file.get_untracked().filter(|_| tus::is_loaded()) else { return };
    event.prevent_default();
    if tus::chosen(&file).len() > 1 {
        return queue::start(state, &file);
    }
    state.sent.set(Sent::default());
    state.doing.set(Doing::Sending);
    let title = state.title.get_untracked().map(|input| input.value()).unwrap_or_default();
    let title = if title.trim().is_empty() { name_of(&file) } else { title };
    tus::start(&file, &title, state.language.get_untracked().word(), listener(state));
}

/// The file's name without its ending; browsers put a made-up folder before it.
fn name_of(file: &HtmlInputElement) -> String {
    let path = file.value();
    let name = path.rsplit(['\\', '/']).next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

fn listener(state: State) -> tus::Listener {
    tus::Listener {
        progress: Box::new(move |bytes, of_bytes, bytes_per_second, seconds_left| {
            state.sent.set(Sent { bytes, of_bytes, bytes_per_second, seconds_left });
            if matches!(*state.doing.read_untracked(), Doing::Waiting(_)) {
                state.doing.set(Doing::Sending);
            }
        }),
        resumed: Box::new(move |offset| {
            state.continued.set(Some(m::upload_continued(state.lang, figures::size(whole(offset)))));
        }),
        done: Box::new(move |resource| {
            state.doing.set(Doing::Arrived);
            let _ = window().location().set_href(&format!("/studio/resources/{resource}"));
        }),
        failed: Box::new(move |message, retrying| {
            let lost = || m::upload_failed(state.lang).to_owned();
            state.doing.set(match (retrying, message.is_empty()) {
                (true, _) => Doing::Waiting(message),
                (false, true) => Doing::Refused(lost()),
                (false, false) => Doing::Refused(message),
            });
        }),
    }
}

/// Tells her, as soon as she picks it, that the server already holds a part of this file.
fn look_back(state: State) {
    state.continued.set(None);
    let Some(file) = state.file.get_untracked().filter(|_| tus::is_loaded()) else { return };
    tus::previous(&file, move |title| {
        state.continued.set(Some(m::upload_known(state.lang).to_owned()));
        if let Some(input) = state.title.get_untracked().filter(|input| input.value().is_empty()) {
            input.set_value(&title);
        }
    });
}

fn pause(state: State) {
    tus::pause();
    state.doing.set(Doing::Paused);
}

fn go_on(state: State) {
    state.doing.set(Doing::Sending);
    tus::resume();
}

fn cancel(state: State) {
    tus::cancel();
    state.continued.set(None);
    state.doing.set(Doing::Choosing);
}
