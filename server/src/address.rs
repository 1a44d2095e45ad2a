//! From where is it asked? The address behind a request, and which addresses are one asker's.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

/// No address is longer; what a proxy wrote may be.
const LONGEST: usize = 64;

/// Whose address it is: an IPv4 address, or the /64 that one IPv6 customer is given, who may use any address in it.
pub(crate) fn net_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// Where a request comes from, as it is counted: what our own proxy saw, where there is one, else the peer.
pub(crate) fn asker(peer: SocketAddr, headers: &HeaderMap, behind_proxy: bool) -> String {
    let forwarded = forwarded_for(headers).filter(|_| behind_proxy);
    forwarded.map_or_else(|| net_of(peer.ip()).to_string(), named)
}

/// What a proxy wrote: an address, perhaps with a port, or a word of its own.
fn named(text: &str) -> String {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.map_or_else(|_| text.chars().take(LONGEST).collect(), |address| net_of(address).to_string())
}

/// The address that our own proxy saw: the last of the last line. What stands before it anybody may have written.
fn forwarded_for(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_last_forwarded_address_is_believed() {
        let check = |lines: &[&'static str], expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            assert_eq!(forwarded_for(&headers), expected, "{lines:?}");
        };
        check(&[], None);
        check(&["10.0.0.1"], Some("10.0.0.1"));
        check(&["10.9.9.9, 10.0.0.1"], Some("10.0.0.1"));
        check(&["10.9.9.9", "10.0.0.1"], Some("10.0.0.1"));
        check(&["10.9.9.9, 10.8.8.8", "10.7.7.7,2001:db8::1 "], Some("2001:db8::1"));
        check(&["10.9.9.9", ""], None);
    }

    #[test]
    fn what_one_customer_may_use_counts_as_one() {
        let check = |text: &str, expected: &str| assert_eq!(named(text), expected, "{text}");
        check("10.0.0.1", "10.0.0.1");
        check("10.0.0.1:4711", "10.0.0.1");
        check("::ffff:10.0.0.1", "10.0.0.1");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("2001:db8:1:2:ffff::1", "2001:db8:1:2::");
        check("2001:db8:1:3::1", "2001:db8:1:3::");
        check("[2001:db8:1:2::9]:443", "2001:db8:1:2::");
        check("unknown", "unknown");
        check(&"x".repeat(100), &"x".repeat(64));
    }
}
