use super::*;
use crate::model::Timestamp;

/// A Thursday: 2026-11-26, 15:00 in Korea.
const NOW: Timestamp = Timestamp(1_795_672_800_000);

fn asked(text: &str) -> Asked {
    read(text, NOW, ZoneOffset::KST)
}

/// Whether a text has an id, in one of the spellings it may be stored in.
fn has(text: &str, id: &str) -> bool {
    asked(text).terms.iter().any(|term| term.spellings.iter().any(|spelling| spelling == id))
}

fn days(text: &str) -> Vec<(String, String)> {
    let day = |at: Timestamp| at.day(ZoneOffset::KST);
    asked(text).days.iter().map(|(from, to)| (day(*from), day(to.plus_millis(-1)))).collect()
}

#[test]
fn ids_are_found_in_whatever_stands_around_them() {
    const ORDER: &str = "GPA.1234-5678-9012-34567";
    for text in [
        ORDER,
        "gpa.1234-5678-9012-34567",
        "GPA 1234 5678 9012 34567",
        "GPA.12345678901234567",
        "1234-5678-9012-34567",
        "주문번호는 GPA.1234-5678-9012-34567입니다",
        "\"GPA.1234–5678–9012–34567\"",
        "ＧＰＡ．１２３４－５６７８－９０１２－３４５６７",
        "Order number: GPA.1234-5678-9012-34567.",
        "GPA.I234-5678-9O12-34567",
        "order\u{a0}GPA.\u{200b}1234-5678-9012-34567, please",
        "https://play.google.com/console/orders?orderId=GPA.1234-5678-9012-34567&x=1",
        "{\"orderId\":\"GPA.1234-5678-9012-34567\",\"productId\":\"gem\"}",
    ] {
        assert!(has(text, ORDER), "{text}: {:?}", asked(text).terms);
    }
    for (text, id) in [
        ("2000 0000 0000 1302", "2000000000001302"),
        ("거래 2000-0000-0000-1302 확인", "2000000000001302"),
        ("Transaction 2000000000001302는 환불", "2000000000001302"),
        ("GPA.1234-5678-9012-34567..3", "GPA.1234-5678-9012-34567..3"),
        ("mk5tttvwjh", "MK5TTTVWJH"),
        ("Order ID: MK5TTTVWJH\nApple Account: a@b.c", "MK5TTTVWJH"),
        ("@kim_0021", "kim_0021"),
        ("유저 kim_0021이 환불 요청", "kim_0021"),
        ("내 아이디는 shadowfox입니다", "shadowfox"),
        ("user: shadowfox paid", "shadowfox"),
        ("플레이어-7님이 문의", "플레이어-7"),
        ("https://x.example/projects/p1/payments/2026112310000000?a=b", "2026112310000000"),
        ("/projects/p1/users/%ED%95%9C%20b", "한 b"),
        ("7C9E6679-7425-40DE-944B-E07FC1F90AE7", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        ("7c9e6679742540de944be07fc1f90ae7", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        ("purchaseToken=abcdefgh.AO-J1Oz_x", "abcdefgh.AO-J1Oz_x"),
    ] {
        assert!(has(text, id), "{text}: {:?}", asked(text).terms);
    }
}

#[test]
fn several_ids_are_several_terms() {
    let read = asked("2000000000001302, 2000000000001303\nGPA.1234-5678-9012-34567 kim_0021");
    for id in ["2000000000001302", "2000000000001303", "GPA.1234-5678-9012-34567", "kim_0021"] {
        assert!(read.terms.iter().any(|term| term.spellings.iter().any(|spelling| spelling == id)), "{id}: {:?}", read.terms);
    }
    assert!(asked(&"id_1234 ".repeat(500)).terms.len() <= TERMS_MAX);
}

#[test]
fn what_stores_sign_and_write_is_read() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let jws = |payload: &str| format!("eyJhbGciOiJFUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
    let transaction = jws(r#"{"originalTransactionId":"100","transactionId":"2000000000001302","productId":"gem_100"}"#);
    let notification = jws(&format!(
        r#"{{"notificationType":"REFUND","notificationUUID":"7c9e6679-7425-40de-944b-e07fc1f90ae7","data":{{"signedTransactionInfo":"{transaction}"}}}}"#
    ));
    let cut = &transaction[..transaction.len() - 30];
    let wrapped = transaction.as_bytes().chunks(40).map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>().join("\n");
    for text in [
        transaction.as_str(),
        &notification,
        cut,
        &wrapped,
        &format!("\"{notification}\""),
        &format!("{{\"signedPayload\":\"{notification}\"}}"),
    ] {
        let read = asked(text);
        assert_eq!(read.terms.first().map(|term| term.text.as_str()), Some("2000000000001302"), "{text}");
    }
    let message = STANDARD.encode(r#"{"packageName":"com.x","subscriptionNotification":{"purchaseToken":"tok.AO-1"}}"#);
    assert!(has(&format!("{{\"message\":{{\"data\":\"{message}\",\"messageId\":\"136969346945\"}}}}"), "tok.AO-1"));
    assert!(has(r#"{"data":"{\"orderId\":\"GPA.1234-5678-9012-34567\"}"}"#, "GPA.1234-5678-9012-34567"));
}

#[test]
fn amounts_are_read_with_their_currency() {
    for (text, micros, currency) in [
        ("15,000 KRW last Tuesday gold pack", 15_000_000_000, "KRW"),
        ("9,900원 골드팩", 9_900_000_000, "KRW"),
        ("9900원", 9_900_000_000, "KRW"),
        ("₩4,400", 4_400_000_000, "KRW"),
        ("1만 5천원 결제", 15_000_000_000, "KRW"),
        ("만오천원", 15_000_000_000, "KRW"),
        ("1만 2,000원", 12_000_000_000, "KRW"),
        ("9천9백원", 9_900_000_000, "KRW"),
        ("1.5만원", 15_000_000_000, "KRW"),
        ("$9.99 on Nov 12", 9_990_000, "USD"),
        ("US$ 4.99", 4_990_000, "USD"),
        ("9,99 €", 9_990_000, "EUR"),
        ("€1.234,50", 1_234_500_000, "EUR"),
        ("¥1,500", 1_500_000_000, "JPY"),
        ("1,200엔", 1_200_000_000, "JPY"),
        ("1.234 KWD", 1_234_000, "KWD"),
        ("USD 99.99", 99_990_000, "USD"),
        ("15k won", 15_000_000_000, "KRW"),
    ] {
        let read = asked(text).amounts;
        let is_right =
            read.first().is_some_and(|amount| amount.micros == micros && amount.currencies.iter().any(|code| code == currency));
        assert!(is_right && read.len() == 1, "{text}: {read:?}");
    }
    assert_eq!(asked("I paid 9900 for it").amounts[0].micros, 9_900_000_000);
    assert_eq!(asked("결제금액 9,900").amounts[0].currencies, Vec::<String>::new());
    for none in ["GPA.1234-5678-9012-34567", "2000000000001302", "kim_0021", "11월 12일 오후 3시", "100 gems"] {
        assert!(asked(none).amounts.is_empty(), "{none}: {:?}", asked(none).amounts);
    }
}

#[test]
fn days_are_read_as_of_today() {
    for (text, from, to) in [
        ("today", "2026-11-26", "2026-11-26"),
        ("어제 저녁 7시쯤", "2026-11-25", "2026-11-25"),
        ("그저께", "2026-11-24", "2026-11-24"),
        ("3일 전에 결제", "2026-11-23", "2026-11-23"),
        ("3 days ago", "2026-11-23", "2026-11-23"),
        ("이틀 전", "2026-11-24", "2026-11-24"),
        ("last Tuesday", "2026-11-24", "2026-11-24"),
        ("on Friday", "2026-11-20", "2026-11-20"),
        ("지난주 화요일", "2026-11-17", "2026-11-17"),
        ("이번 주 월요일", "2026-11-23", "2026-11-23"),
        ("지난 토요일", "2026-11-21", "2026-11-21"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("지난달", "2026-10-01", "2026-10-31"),
        ("Nov 12", "2026-11-12", "2026-11-12"),
        ("12th of November", "2026-11-12", "2026-11-12"),
        ("Dec 30", "2025-12-30", "2025-12-30"),
        ("November 12, 2025", "2025-11-12", "2025-11-12"),
        ("11월 12일 오후 3시", "2026-11-12", "2026-11-12"),
        ("2026년 11월 12일", "2026-11-12", "2026-11-12"),
        ("2026-11-12 15:00", "2026-11-12", "2026-11-12"),
        ("2026. 11. 12.", "2026-11-12", "2026-11-12"),
        ("11/12/2026", "2026-11-12", "2026-11-12"),
        ("13/11/2026", "2026-11-13", "2026-11-13"),
        ("11/12", "2026-11-12", "2026-11-12"),
        ("26.11.12", "2026-11-12", "2026-11-12"),
        ("2026-11-12T20:00:00Z", "2026-11-13", "2026-11-13"),
        ("11월 초", "2026-11-01", "2026-11-10"),
        ("in October", "2026-10-01", "2026-10-31"),
        ("11월 10일부터 11월 12일까지", "2026-11-10", "2026-11-12"),
        ("2시간 전", "2026-11-26", "2026-11-26"),
        ("20일에 샀어요", "2026-11-20", "2026-11-20"),
        ("지난 주말", "2026-11-21", "2026-11-22"),
    ] {
        assert_eq!(days(text), [(from.to_owned(), to.to_owned())], "{text}");
    }
    for none in ["GPA.1234-5678-9012-34567", "2000 0000 0000 1302", "kim_0021", "hello", "may I ask", "9.99"] {
        assert!(days(none).is_empty(), "{none}: {:?}", days(none));
    }
}

#[test]
fn hours_are_read_before_and_after_noon() {
    let at = |hour: i64, minute: i64| hour * Timestamp::HOUR + minute * Timestamp::MINUTE;
    for (text, hours) in [
        ("7pm", vec![at(19, 0)]),
        ("at 7:30 PM", vec![at(19, 30)]),
        ("19:05", vec![at(19, 5)]),
        ("오후 3시 반", vec![at(15, 30)]),
        ("저녁 7시쯤", vec![at(19, 0)]),
        ("새벽 2시 10분", vec![at(2, 10)]),
        ("오전 12시", vec![at(0, 0)]),
        ("7시", vec![at(7, 0), at(19, 0)]),
        ("this evening", vec![at(19, 0)]),
        ("2시간 전", vec![at(13, 0)]),
    ] {
        assert_eq!(asked(text).hours, hours, "{text}");
    }
}

#[test]
fn strange_texts_are_read_without_harm() {
    for text in [
        "",
        " ",
        "\u{0}",
        "....",
        "eyJ",
        "eyJ.eyJ.eyJ",
        "GPA.",
        "]]]{{{\"\\",
        "원원원",
        "만만만만만만만만만원",
        "99999999999999999999999원",
        "99월 99일",
        "ㅋㅋㅋㅋ",
    ] {
        let _ = asked(text);
    }
    let _ = asked(&"가나다라 12345 GPA.1234-5678-9012-34567 11월 12일 9,900원 ".repeat(1_000));
}

#[test]
fn what_would_cost_much_is_bounded() {
    let zone = ZoneOffset::KST;
    let now = Timestamp::parse_rfc3339("2026-11-26T06:00:00Z").expect("a time");
    for text in
        ["가".repeat(21_845), "1/1 1/2 1/3 1/4 1/5 1/6 1/7 1:00 2:00 3:00 4:00 5:00 6:00 ".repeat(1_000), "a1/".repeat(20_000)]
    {
        let asked = read(&text, now, zone);
        assert!(asked.days.len() <= 5 && asked.hours.len() <= 5 && asked.terms.len() <= TERMS_MAX, "{}", &text[..30]);
    }
    assert!(read("900000000000십900000000000십원", now, zone).amounts.is_empty());
    let decoded = read(r#"{"q":"/projects/x/payments/%00abc123"}"#, now, zone);
    assert!(decoded.terms.iter().all(|term| !term.text.contains(char::is_control)));
}
