//! How much of it is done? A ring and a bar, drawn as SVG attributes, since the page allows no inline style.

use leptos::prelude::*;

/// A ring of 32 × 32 with the done part, or a check mark when all is done. Its meaning must stand beside it in words.
pub fn ring(percent: i64) -> AnyView {
    if percent >= 100 {
        return view! {
            <svg class="ring done" viewBox="0 0 36 36" width="32" height="32" aria-hidden="true">
                <circle class="ring-full" cx="18" cy="18" r="17" />
                <path class="ring-check" d="M11 18.5l5 5 9.500-10.500" />
            </svg>
        }
        .into_any();
    }
    // A circle of this radius is 100 long, so a dash is a percent.
    let dash = format!("{} 100", percent.clamp(0, 100));
    view! {
        <svg class="ring" viewBox="0 0 36 36" width="32" height="32" aria-hidden="true">
            <circle class="ring-track" cx="18" cy="18" r="15.9155" />
            {(percent > 0).then(|| view! {
                <circle class="ring-part" cx="18" cy="18" r="15.9155" stroke-dasharray=dash transform="rotate(-90 18 18)" />
            })}
        </svg>
    }
    .into_any()
}

/// A bar with its name for those who cannot see it.
pub fn bar(percent: i64, name: impl Into<String>) -> AnyView {
    let percent = percent.clamp(0, 100);
    view! { <progress class="bar" max="100" value=percent aria-label=name.into()></progress> }.into_any()
}

/// What part of `whole` is `part`, in percent: 100 only when nothing is left, 0 only when nothing is done.
pub fn percent_of(part: i64, whole: i64) -> i64 {
    match (part, whole) {
        (..=0, _) | (_, ..=0) => 0,
        _ if part >= whole => 100,
        _ => (part.saturating_mul(100) / whole).clamp(1, 99),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_is_a_hundred_percent() {
        let cases =
            [(0, 0, 0), (5, 0, 0), (1, 1000, 1), (999, 1000, 99), (1000, 1000, 100), (1200, 1000, 100), (1, 2, 50)];
        for (part, whole, percent) in cases {
            assert_eq!(percent_of(part, whole), percent, "{part} of {whole}");
        }
    }

    #[test]
    fn the_ring_draws_percents_without_inline_style() {
        let html = ring(40).to_html();
        assert!(html.contains(r#"stroke-dasharray="40 100""#), "{html}");
        assert!(!html.contains("style="), "{html}");
        assert!(ring(100).to_html().contains("ring-check"));
    }
}
