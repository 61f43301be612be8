use super::*;

fn hop(lines: &[&'static str]) -> Option<String> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(FORWARDED_FOR, line.parse().expect("a header"));
    }
    last_hop(&headers).map(|address| address.to_string())
}

#[test]
fn only_the_entry_our_proxy_added_counts() {
    for (lines, expected) in [
        (vec!["203.0.113.9"], Some("203.0.113.9")),
        (vec!["1.1.1.1, 203.0.113.9"], Some("203.0.113.9")),
        (vec!["1.1.1.1,203.0.113.9 "], Some("203.0.113.9")),
        (vec!["1.1.1.1", "2.2.2.2, 203.0.113.9"], Some("203.0.113.9")),
        (vec!["203.0.113.9:4711"], Some("203.0.113.9")),
        (vec!["2001:db8::1"], Some("2001:db8::1")),
        (vec!["[2001:db8::1]"], Some("2001:db8::1")),
        (vec!["[2001:db8::1]:4711"], Some("2001:db8::1")),
        (vec!["::ffff:203.0.113.9"], Some("203.0.113.9")),
        (vec!["1.1.1.1, unknown"], None),
        (vec!["1.1.1.1", ""], None),
        (vec!["1.1.1.1,"], None),
        (vec!["_hidden"], None),
        (vec!["203.0.113.9<script>"], None),
        (vec!["203.0.113.009"], None),
        (vec!["localhost"], None),
        (vec![], None),
    ] {
        assert_eq!(hop(&lines).as_deref(), expected, "{lines:?}");
    }
}

#[test]
fn a_limit_counts_ipv6_by_its_network() {
    for (text, subject) in [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ] {
        assert_eq!(parse(text).map(Address::subject).as_deref(), Some(subject), "{text}");
    }
}
