//! Is this word a slip of that name, and nothing else? What a person may take for another name of a thing is offered to her only
//! then: a kind of it, a part of it, its opposite or its neighbor share most of their letters with it, and are not it.

use crate::search::words;

/// Shorter words are other words when a letter is missing (letters).
const SHORTEST: usize = 5;
/// What may end a name and is left out as often: 帕金森 and 帕金森病.
const ENDINGS: [&str; 4] = ["综合征", "病", "症", "s"];

/// Whether `one` differs from `name` only as a slip does: it sounds the same, ends with or without a word that says nothing, or
/// has a letter too many, too few, or in its neighbor's place. Both as `words::joined` gives them.
pub(in crate::search) fn is_slip(one: &str, name: &str) -> bool {
    one != name && (sounds_the_same(one, name) || ends_otherwise(one, name) || is_mistyped(one, name))
}

fn sounds_the_same(one: &str, name: &str) -> bool {
    let [one, name] = [one, name].map(words::units);
    // Of two characters too many are other things that sound so: 心率 and 心律.
    if one.len() < 3 || one.len() != name.len() {
        return false;
    }
    let [one, name] = [one, name].map(|units| words::sound(&units));
    one.zip(name).is_some_and(|(one, name)| one.0 == name.0)
}

fn ends_otherwise(one: &str, name: &str) -> bool {
    let (short, long) = if one.len() < name.len() { (one, name) } else { (name, one) };
    let rest = long.strip_prefix(short);
    short.chars().count() >= 2 && rest.is_some_and(|rest| ENDINGS.contains(&rest))
}

/// Of letters alone, never of numbers, and not at the beginning, where an a- is a not.
fn is_mistyped(one: &str, name: &str) -> bool {
    let [one, name]: [Vec<char>; 2] = [one, name].map(|text| text.chars().collect());
    let is_plain = |text: &[char]| text.iter().all(|each| each.is_ascii_lowercase() || *each == ' ');
    if one.len().min(name.len()) < SHORTEST || !is_plain(&one) || !is_plain(&name) {
        return false;
    }
    let start = one.iter().zip(&name).take_while(|(one, name)| one == name).count();
    let end = one[start..].iter().rev().zip(name[start..].iter().rev()).take_while(|(one, name)| one == name).count();
    let [one, name] = [&one[start..one.len() - end], &name[start..name.len() - end]];
    match (one, name) {
        ([extra], []) | ([], [extra]) => extra.is_ascii_lowercase() && !(start == 0 && *extra == 'a'),
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_thing() {
        let check = |one: &str, name: &str, expected: bool| {
            let [left, right] = [one, name].map(|text| words::joined(&words::units(text)));
            assert_eq!((is_slip(&left, &right), is_slip(&right, &left)), (expected, expected), "{one} and {name}");
        };
        for (one, name) in [
            ("帕金森", "帕金森病"),
            ("高血压病", "高血压"),
            ("幽门罗杆菌", "幽门螺杆菌"),
            ("diarrhea", "diarrhoea"),
            ("anaemia", "anemia"),
            ("hypretension", "hypertension"),
            ("edema", "oedema"),
        ] {
            check(one, name, true);
        }
        for (one, name) in [
            // A class and what belongs to it.
            ("降压药", "地平类降压药"),
            ("降压药", "普利类降压药"),
            ("antihypertensive", "ACE inhibitor"),
            ("抗生素", "大环内酯类抗生素"),
            // A thing and what comes of it, or a part of it.
            ("高血压症状", "高血压"),
            ("糖尿病足", "糖尿病"),
            ("肺炎", "肺"),
            // Opposites.
            ("高血压", "低血压"),
            ("hypertension", "hypotension"),
            ("高血糖", "低血糖"),
            ("左心衰竭", "右心衰竭"),
            ("急性胃炎", "慢性胃炎"),
            ("symptomatic", "asymptomatic"),
            ("abduction", "adduction"),
            ("afferent", "efferent"),
            ("tachycardia", "bradycardia"),
            // Types, numbers, doses.
            ("1型糖尿病", "2型糖尿病"),
            ("type 1 diabetes", "type 2 diabetes"),
            ("hepatitis a", "hepatitis b"),
            ("甲肝", "乙肝"),
            ("心律", "心率"),
            ("5 mg", "50 mg"),
            ("vitamin b1", "vitamin b12"),
            // Drugs whose names look alike.
            ("prednisone", "prednisolone"),
            ("nifedipine", "nimodipine"),
            ("阿司匹林", "阿托品"),
        ] {
            check(one, name, false);
        }
    }
}
