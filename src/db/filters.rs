//! The filters of a list as SQL: only our own fragments are in the text, every value is bound.

/// A bound value.
pub(super) enum Arg {
    Text(String),
    Number(i64),
}

/// Filters and their arguments; `$1` is the project.
pub(super) struct Filters {
    pub sql: String,
    pub args: Vec<Arg>,
}

impl Filters {
    pub fn new() -> Self {
        Self { sql: String::new(), args: Vec::new() }
    }

    /// `before` is the fragment up to the value: `user_key =`.
    pub fn add(&mut self, before: &str, arg: Arg) {
        self.args.push(arg);
        self.sql.push_str(&format!(" AND {before} ${}", self.args.len() + 1));
    }

    pub fn text(&mut self, before: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(before, Arg::Text(value.into()));
        }
    }

    pub fn number(&mut self, before: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.add(before, Arg::Number(value));
        }
    }

    /// A condition without a value.
    pub fn fixed(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// What comes after a row in a list by a time and a key, newest first.
    pub fn after(&mut self, columns: &str, at: i64, key: Arg) {
        self.beyond(&format!("({columns}) <"), at, key);
    }

    /// The same in a list with the oldest first.
    pub fn after_oldest(&mut self, columns: &str, at: i64, key: Arg) {
        self.beyond(&format!("({columns}) >"), at, key);
    }

    fn beyond(&mut self, compared: &str, at: i64, key: Arg) {
        self.add(&format!("{compared} ("), Arg::Number(at));
        self.args.push(key);
        self.sql.push_str(&format!(", ${})", self.args.len() + 1));
    }
}

/// Binds the project and then the filters' arguments, in order.
macro_rules! bind_all {
    ($query:expr, $project:expr, $filters:expr) => {{
        let mut query = $query.bind($project);
        for arg in &$filters.args {
            query = match arg {
                $crate::db::filters::Arg::Text(text) => query.bind(text),
                $crate::db::filters::Arg::Number(number) => query.bind(number),
            };
        }
        query
    }};
}

pub(super) use bind_all;
