//! How do these numbers compare? Bars drawn on the server; the number always stands beside its bar.

use leptos::prelude::*;

/// One bar: its name and its percent of the whole.
pub struct Bar {
    pub name: AnyView,
    pub percent: i64,
}

/// `caption` says what is compared.
pub fn bar_chart(caption: impl Into<String>, bars: impl IntoIterator<Item = Bar>) -> AnyView {
    let bars = bars.into_iter().map(|each| (each.name, each.percent, format!("{} %", each.percent)));
    chart("chart", caption.into(), bars)
}

/// One bar of amounts: its name, how much, and how that is said.
pub struct Amount {
    pub name: AnyView,
    pub amount: i64,
    pub said: String,
}

/// Bars of amounts; the largest is as long as there is room.
pub fn amount_chart(caption: impl Into<String>, amounts: Vec<Amount>) -> AnyView {
    let most = amounts.iter().map(|each| each.amount).max().unwrap_or_default().max(1);
    let bars = amounts.into_iter().map(|each| (each.name, each.amount.saturating_mul(100) / most, each.said));
    chart("chart amounts", caption.into(), bars)
}

/// Bars with their names, percents, and what is said of them.
fn chart(class: &'static str, caption: String, bars: impl Iterator<Item = (AnyView, i64, String)>) -> AnyView {
    let bars = bars.map(|(name, percent, said)| {
        view! {
            <li>
                <span class="chart-name">{name}</span>
                {bar(percent)}
                <span class="chart-value">{said}</span>
            </li>
        }
    });
    view! {
        <figure class=class>
            <figcaption>{caption}</figcaption>
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

/// Parts of one whole, side by side, each with its name and its count below. `caption` says what the whole is.
pub fn stacked(caption: impl Into<String>, parts: &[(String, usize)]) -> AnyView {
    let total = parts.iter().map(|(_, count)| count).sum::<usize>().max(1);
    let mut from = 0;
    let pieces = parts.iter().enumerate().map(|(index, (_, count))| {
        let (x, width) = (from * 1000 / total, ((from + count) * 1000 / total) - from * 1000 / total);
        from += count;
        view! { <rect class=format!("part-{index}") x=x width=width y="0" height="24" /> }
    });
    let pieces = pieces.collect_view();
    let names = parts.iter().enumerate().filter(|(_, (_, count))| *count > 0).map(|(index, (name, count))| {
        view! { <li><span class=format!("part-key part-{index}")></span>{name.clone()}" "<strong>{*count}</strong></li> }
    });
    view! {
        <figure class="stacked">
            <figcaption>{caption.into()}" "{total}</figcaption>
            <svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">{pieces}</svg>
            <ul>{names.collect_view()}</ul>
        </figure>
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

    #[test]
    fn the_largest_amount_is_the_longest_bar() {
        let amounts = [50, 200].map(|amount| Amount { name: "a".into_any(), amount, said: format!("{amount} B") });
        let html = amount_chart("Storage", amounts.into()).to_html();
        assert!(html.contains("width=\"25\"") && html.contains("200 B") && !html.contains("style="), "{html}");
    }
}
