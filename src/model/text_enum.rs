//! Enums that are words: the same text in code, JSON, SQL and on screens.

/// A text that is none of the words an enum knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVariant(pub String);

impl std::fmt::Display for UnknownVariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown value {:?}", self.0)
    }
}

impl std::error::Error for UnknownVariant {}

/// Declares an enum of words: `as_str`, `ALL`, `FromStr`, `Display`, serde and a TEXT column by the same text.
/// A second text after the first is accepted as input too.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $text $(, alias = $alias)*)] $variant),+
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownVariant;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text $(| $alias)* => Ok($name::$variant),)+
                    other => Err($crate::model::UnknownVariant(other.to_owned())),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            str: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <str as sqlx::Type<DB>>::type_info()
            }

            fn compatible(column: &DB::TypeInfo) -> bool {
                <str as sqlx::Type<DB>>::compatible(column)
            }
        }

        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $name
        where
            &'q str: sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                arguments: &mut DB::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                let text: &'q str = self.as_str();
                text.encode_by_ref(arguments)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            &'r str: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let text = <&str as sqlx::Decode<'r, DB>>::decode(value)?;
                Ok(text.parse()?)
            }
        }
    };
}

pub(crate) use text_enum;

#[cfg(test)]
mod tests {
    use sqlx::{Connection, SqliteConnection};

    use crate::model::StoreCode;

    async fn read(sql: &'static str) -> sqlx::Result<Option<StoreCode>> {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
        sqlx::query_scalar(sql).bind(StoreCode::GooglePlay).fetch_one(&mut connection).await
    }

    #[tokio::test]
    async fn columns_hold_the_text() {
        assert_eq!(read("SELECT $1 WHERE $1 = 'GG'").await.unwrap(), Some(StoreCode::GooglePlay));
        assert_eq!(read("SELECT NULLIF($1, 'GG')").await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_unknown_text_in_a_column_is_named() {
        let error = read("SELECT $1 || '?'").await.expect_err("no store has this code");
        assert!(error.to_string().ends_with("unknown value \"GG?\""), "{error}");
    }
}
