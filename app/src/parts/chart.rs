//! How do these numbers compare? Bars drawn on the server; the number always stands beside its bar.

use leptos::prelude::*;

/// One bar: its name and its percent of the whole.
pub struct Bar {
    pub name: AnyView,
    pub percent: i64,
}

/// `caption` says what is compared.
pub fn bar_chart(caption: impl Into<String>, bars: impl IntoIterator<Item = Bar>) -> AnyView {
    let bars = bars.into_iter().map(|each| {
        view! {
            <li>
                <span class="chart-name">{each.name}</span>
                {bar(each.percent)}
                <span class="chart-value">{format!("{} %", each.percent)}</span>
            </li>
        }
    });
    view! {
        <figure class="chart">
            <figcaption>{caption.into()}</figcaption>
            <ol>{bars.collect_view()}</ol>
        </figure>
    }
    .into_any()
}

fn bar(percent: i64) -> AnyView {
    view! {
        <svg class="chart-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="chart-whole" x="0" y="0" width="100" height="8" />
            <rect class="chart-part" x="0" y="0" width=percent.clamp(0, 100) height="8" />
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_number_without_inline_style() {
        let bars = [25, 140].map(|percent| Bar { name: "a".into_any(), percent });
        let html = bar_chart("Shares", bars).to_html();
        assert!(html.contains("width=\"25\"") && html.contains("25 %"), "{html}");
        assert!(html.contains("width=\"100\"") && !html.contains("style="), "{html}");
    }
}
