use super::*;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Input {
    a: Text,
}

fn read(json: &str) -> Result<Option<String>, String> {
    serde_json::from_str::<Input>(json).map(|input| input.a.given().map(str::to_owned)).map_err(|error| error.to_string())
}

#[test]
fn takes_texts_numbers_and_nothing() {
    assert_eq!(read(r#"{"a": "x", "b": [1]}"#), Ok(Some("x".into())));
    assert_eq!(read(r#"{"a": 2016122110023124}"#), Ok(Some("2016122110023124".into())));
    for nothing in [r#"{"a": null}"#, r#"{"a": ""}"#, "{}"] {
        assert_eq!(read(nothing), Ok(None), "{nothing}");
    }
    for wrong in [r#"{"a": {}}"#, r#"{"a": ["x"]}"#, r#"{"a": true}"#, r#"{"a": 1.5}"#] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_charset_is_no_other_content_type() {
    let check = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, text.parse().expect("a header"));
        check_content_type(&headers).is_ok()
    };
    for good in ["application/json", "application/json; charset=UTF-8", "Application/JSON;charset=euc-kr", "application/json ;x"]
    {
        assert!(check(good), "{good}");
    }
    for bad in ["text/plain", "application/jsonp", "application/x-www-form-urlencoded", "json", ""] {
        assert!(!check(bad), "{bad}");
    }
    assert!(check_content_type(&HeaderMap::new()).is_err());
}
