//! What do people type into a form, who mean well and who do not?

use crate::support::chance::Chance;
use crate::support::html::{Field, Form, Kind};

/// What people who teach medicine type.
const MEDICAL: [&str; 9] = [
    "SpO2 < 90% 时吸氧，收缩压 > 140",
    "</textarea><script>alert(1)</script>",
    "&lt;b&gt; & &amp; &#60;",
    "\"双引号\" 'single' `back`",
    "🩺 👩🏽‍⚕️ 𠮷",
    "ཁྲག་ཤེད་མཐོ་བ། < ༡༤༠",
    "\u{202b}ضغط الدم\u{202c} \u{200f}>\u{200e} 140",
    "a=b&c=d+e%20f;g",
    "--><!-- ]]> {{x}} ${y}",
];

/// What others type; `\0` and the like may be refused or dropped, and must not break anything.
const HOSTILE: [&str; 8] = [
    "\u{0}nul\u{7}bell\u{1b}[0m\u{85}",
    "  blank around\t\r\n",
    "\r\n\r\nlines\rof\nall\r\nkinds",
    "' or 1=1; drop table person; --",
    "../../../etc/passwd",
    "\u{feff}\u{fffe}\u{e000}\u{10ffff}",
    "-1",
    "18446744073709551616",
];

/// Fills a form as somebody does who means well, or as somebody who does not.
pub(super) fn fill(form: &Form, chance: &mut Chance, means_well: bool, day: &str) -> Form {
    let mut form = form.clone();
    for field in &mut form.fields {
        if means_well { fill_well(field, chance, day) } else { fill_badly(field, chance) }
    }
    if !means_well && chance.below(3) == 0 && !form.fields.is_empty() {
        let one = form.fields[chance.below(form.fields.len())].clone();
        form.fields.push(one);
    }
    if !means_well && chance.below(4) == 0 && !form.fields.is_empty() {
        form.fields.remove(chance.below(form.fields.len()));
    }
    form
}

fn fill_well(field: &mut Field, chance: &mut Chance, day: &str) {
    let is_time = field.name.starts_with("from_") || field.name.starts_with("to_");
    match field.kind {
        // The rows at the end are for new lines.
        Kind::Area if field.name.starts_with("text_") && field.value.is_empty() => {}
        Kind::Line | Kind::Area if is_time || field.name.starts_with("shift") => {}
        Kind::Line if field.name == "slug" => field.value = format!("slug-{}", chance.below(1 << 30)),
        Kind::Line if field.name == "file_words" || field.name == "login" => {}
        Kind::Line | Kind::Area => {
            let text = format!("{} {}", chance.one(&MEDICAL), chance.below(1000));
            // No caption can hold the arrow between its times.
            let text = if field.name.starts_with("text_") { text.replace("-->", "→") } else { text };
            let text =
                if field.kind == Kind::Area && chance.below(2) == 0 { format!("{text}\n第二行 < 2") } else { text };
            field.value = text.chars().take(field.max_chars.unwrap_or(60)).collect::<String>().trim().to_owned();
        }
        Kind::Number => field.value = (1 + chance.below(90)).to_string(),
        Kind::Day => field.value = day.to_owned(),
        Kind::Moment => field.value = format!("{day}T08:30"),
        Kind::Tick => field.is_on = chance.below(2) == 0 || field.is_on,
        Kind::Choice => {
            let said: Vec<String> = field.choices.iter().filter(|choice| !choice.is_empty()).cloned().collect();
            if field.value.is_empty() && !said.is_empty() {
                field.value = said[chance.below(said.len())].clone();
            }
        }
        Kind::Hidden | Kind::Password | Kind::File => {}
    }
}

fn fill_badly(field: &mut Field, chance: &mut Chance) {
    let text = match chance.below(12) {
        0 => "\"".repeat(70_000 + chance.below(50_000)),
        1 => "<&>".repeat(2_000),
        2..5 => chance.one(&MEDICAL).to_owned(),
        _ => chance.one(&HOSTILE).to_owned(),
    };
    match field.kind {
        Kind::Hidden if chance.below(3) > 0 || field.name == "once" => {}
        Kind::Tick => field.is_on = chance.below(2) == 0,
        Kind::Choice if chance.below(2) == 0 => {}
        Kind::File => {}
        _ => field.value = text,
    }
}
