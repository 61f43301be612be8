use super::*;

#[test]
fn encodes_what_a_segment_cannot_hold() {
    assert_eq!(user(&ProjectId("p1".into()), "kim/서울 1"), "/projects/p1/users/kim%2F%EC%84%9C%EC%9A%B8%201");
    let user = |channel| user_in_channel(&ProjectId("p1".into()), "kim", channel);
    assert_eq!((user("GF").as_str(), user("A B").as_str()), ("/projects/p1/users/kim", "/projects/p1/users/kim?channel=A%20B"));
    assert_eq!(with_query("/a", &[("q", "x&y"), ("none", "")]), "/a?q=x%26y");
    assert_eq!(login_then("/projects/p1?a=b"), "/login?next=%2Fprojects%2Fp1%3Fa%3Db");
}

#[test]
fn knows_the_project_of_an_address() {
    assert_eq!(project_of("/projects/p1/apps"), Some(ProjectId("p1".into())));
    assert_eq!(project_of("/projects/new"), None);
    assert_eq!(project_of("/account"), None);
}

#[test]
fn redirects_stay_at_home() {
    for inside in ["/", "/projects/p1?x=1", "/projects/p1?next=//evil.example#part", "/a%2F%2Fevil.example", "/%09/evil.example"]
    {
        assert_eq!(local(inside).as_deref(), Some(inside));
    }
    assert_eq!(local("/projects/../login").as_deref(), Some("/login"));
    assert_eq!(local("/서울?q=\u{a0}x").as_deref(), Some("/%EC%84%9C%EC%9A%B8?q=%C2%A0x"), "it fits a header");
    for outside in [
        "",
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "https:evil.example",
        "http:/evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\r\n//evil.example",
        " //evil.example",
        "\u{1}//evil.example",
        "/\u{0}/evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/a/..//evil.example",
        "/%2e//evil.example",
        "/.//\\evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "@evil.example",
        "//user@evil.example/",
        "https://own.invalid/x",
        "//own.invalid/x",
        "evil.example",
        "?x",
        "#x",
        "/x\u{7f}",
        "/x\r\nset-cookie: a=b",
    ] {
        assert_eq!(local(outside), None, "{outside:?}");
        assert_eq!(local_or_home(Some(outside)), HOME);
    }
}

#[test]
fn one_goes_back_a_page_at_a_time() {
    let (list, mut shown) = ("/list?status=SUCCESS", ListPage::default());
    assert_eq!(shown.neighbours(list, None), (None, None));
    let mut visited = vec![list.to_owned()];
    for page in 2..=5 {
        let cursor = format!("c{page}");
        let (_, next) = shown.neighbours(list, Some(&cursor));
        let next = next.expect("a next page");
        let query = url::Url::parse(&format!("https://own.invalid{next}")).expect("an address");
        let value = |name: &str| {
            query.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        shown = ListPage::read(&value("cursor"), &value("earlier"));
        assert_eq!(shown.neighbours(list, None).0.as_ref(), visited.last(), "page {page}");
        visited.push(next);
    }
}

#[test]
fn the_way_back_is_bounded() {
    let earlier: Vec<String> = (0..100).map(|page| format!("c{page}")).collect();
    let shown = ListPage { cursor: Some("x".into()), earlier };
    let (previous, next) = shown.neighbours("/list", Some("y"));
    assert!(previous.is_some_and(|address| address.contains("cursor=c99&earlier=c79.") && address.len() < 200));
    assert!(next.is_some_and(|address| address.ends_with(".c99.x")));
}
