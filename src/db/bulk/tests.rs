use super::*;

fn two() -> [Statement<'static>; 2] {
    let a: Rows<'static> = [["x".into(), 1.into()], ["y".into(), 2.into()]].into_iter().collect();
    let b: Rows<'static> = [[Value::Number(None)], [3.into()]].into_iter().collect();
    [("INSERT INTO a (t, n) SELECT * FROM {rows}", a), ("INSERT INTO b (n) SELECT * FROM {rows}", b)]
}

#[test]
fn rows_are_written_out_on_sqlite() {
    let (sql, arguments) = on_sqlite(&two(), &(0..2)).unwrap();
    assert_eq!(
        sql,
        "INSERT INTO a (t, n) SELECT * FROM (VALUES (?,?),(?,?)) AS given; \
         INSERT INTO b (n) SELECT * FROM (VALUES (?),(?)) AS given"
    );
    assert_eq!(arguments.len(), 6);
}

#[test]
fn columns_are_arrays_on_postgres() {
    let (sql, arguments) = on_postgres(&two(), &(0..2)).unwrap();
    assert_eq!(
        sql,
        "WITH s0 AS (INSERT INTO a (t, n) SELECT * FROM UNNEST($1,$2) AS given(column1,column2)) \
         INSERT INTO b (n) SELECT * FROM UNNEST($3) AS given(column1)"
    );
    assert_eq!(arguments.len(), 3);
}

#[test]
fn what_is_sent_at_once_is_small() {
    let long = "x".repeat(BYTES_MAX / 2);
    let rows: Rows<'_> = [long.as_str(), "a", "b", long.as_str(), long.as_str()].map(|text| [text.into()]).into_iter().collect();
    assert_eq!(pieces(&[("", rows)], 5).collect::<Vec<_>>(), [0..3, 3..4, 4..5]);
    let none: Rows<'_> = std::iter::empty::<[Value<'_>; 1]>().collect();
    assert_eq!(pieces(&[("", none)], 0).count(), 0);
}

#[test]
fn parts_cover_all_rows_once() {
    assert_eq!(chunks(0).count(), 0);
    assert_eq!(chunks(150).collect::<Vec<_>>(), [0..64, 64..128, 128..144, 144..148, 148..150]);
}
