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
    }
}
