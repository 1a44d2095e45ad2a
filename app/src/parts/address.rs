//! How is a question written into an address?

use std::fmt::Write;

/// `path?name=value&…`, percent-encoded (RFC 3986); empty values are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    for (index, (name, value)) in given.enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        encode(&mut address, value);
    }
    address
}

/// What the query of an address says under a name, as it stands there: encoded.
pub fn value_of<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = address.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn encode(address: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back_from_the_address() {
        let address = with_query("/search", &[("q", "血压 & a=b?"), ("kind", ""), ("language", "bo")]);
        assert_eq!(address, "/search?q=%E8%A1%80%E5%8E%8B%20%26%20a%3Db%3F&language=bo");
        assert_eq!(with_query("/search", &[("q", "")]), "/search");
        assert_eq!((value_of(&address, "language"), value_of(&address, "lang")), (Some("bo"), None));
    }
}
