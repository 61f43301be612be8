//! Several statements in one trip to the database: a script on SQLite, one statement of data-modifying CTEs on PostgreSQL.

use std::fmt::Write;

/// Statements that run together. The last one gives its rows; none may see what another of them writes, and each has to say
/// `RETURNING` only if it is the last.
pub struct Together {
    pub sqlite: String,
    pub postgres: String,
}

impl Together {
    /// Each statement counts its parameters from `$1`; together they are counted through, in this order.
    pub fn new(statements: &[&str]) -> Self {
        let mut shift = 0;
        let shifted: Vec<String> = statements
            .iter()
            .map(|statement| {
                let (text, count) = renumber(statement, shift);
                shift += count;
                text
            })
            .collect();
        let mut postgres = String::new();
        for (index, statement) in shifted.iter().enumerate() {
            let opening = if index == 0 { "WITH" } else { "," };
            // Writing into a text can't fail.
            let _ = write!(postgres, "{opening} s{index} AS ({statement})");
        }
        let _ = write!(postgres, " SELECT * FROM s{}", shifted.len().saturating_sub(1));
        Self { sqlite: shifted.join("; "), postgres }
    }
}

/// A one-row `INSERT` with as many rows. What follows its row, `ON CONFLICT` say, stays.
pub fn rows(insert: &str, count: usize) -> String {
    let (head, rest) = insert.split_once("VALUES").unwrap_or((insert, ""));
    let (row, tail) = rest.split_once(')').unwrap_or((rest, ""));
    let mut text = format!("{head}VALUES");
    let mut shift = 0;
    for index in 0..count {
        let (row, width) = renumber(row, shift);
        shift += width;
        text.push_str(if index == 0 { "" } else { "," });
        text.push_str(&row);
        text.push(')');
    }
    text.push_str(tail);
    text
}

/// The statement with every `$n` raised by `shift`, and its highest `n`.
pub fn renumber(statement: &str, shift: usize) -> (String, usize) {
    let mut parts = statement.split('$');
    let (mut text, mut count) = (parts.next().unwrap_or_default().to_owned(), 0);
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = part[..digits].parse().unwrap_or(0);
        count = count.max(number);
        let _ = write!(text, "${}{}", number + shift, &part[digits..]);
    }
    (text, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_through() {
        assert_eq!(
            rows("INSERT INTO a (x, y, z) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING", 2),
            "INSERT INTO a (x, y, z) VALUES ($1, $2, $2), ($3, $4, $4) ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn parameters_are_counted_through() {
        let both = Together::new(&["INSERT INTO a VALUES ($1, $2, $2)", "INSERT INTO b VALUES ($1) RETURNING x"]);
        assert_eq!(both.sqlite, "INSERT INTO a VALUES ($1, $2, $2); INSERT INTO b VALUES ($3) RETURNING x");
        assert_eq!(
            both.postgres,
            "WITH s0 AS (INSERT INTO a VALUES ($1, $2, $2)), s1 AS (INSERT INTO b VALUES ($3) RETURNING x) SELECT * FROM s1"
        );
    }
}
