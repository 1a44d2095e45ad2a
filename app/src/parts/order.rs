//! How is a thing moved among its neighbors? Buttons that are forms; with scripts, by dragging too.

use leptos::prelude::*;

use crate::messages as m;
use crate::wire::Lang;

/// What a thing in an order is called, and where its moves are sent.
pub struct Moved {
    pub action: String,
    pub name: String,
    pub is_first: bool,
    pub is_last: bool,
}

/// One step up and one down; where there is nowhere to go, the button stays and is off.
pub fn movers(moved: Moved, lang: Lang) -> AnyView {
    let Moved { action, name, is_first, is_last } = moved;
    let (up, down) = (m::order_up(lang, &name), m::order_down(lang, &name));
    view! {
        <form class="movers" method="post" action=action data-name=name>
            <button name="by" value="-1" aria-label=up.clone() title=up disabled=is_first>"↑"</button>
            <button name="by" value="1" aria-label=down.clone() title=down disabled=is_last>"↓"</button>
        </form>
    }
    .into_any()
}

/// Around all lists in which things are moved: what is read aloud when something was.
pub fn ordered(inside: AnyView, lang: Lang) -> AnyView {
    view! {
        <div id="ordered" data-moved=m::order_moved(lang, "{count}", "{name}", "{place}") data-failed=m::order_failed(lang)>
            {inside}
        </div>
        <p class="unseen" id="order-said" role="status"></p>
    }
    .into_any()
}
