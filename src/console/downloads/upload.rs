//! A file that a person hands in by a form.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;

use crate::error::{Error, Result};
use crate::model::{AppSeq, Fault, RefusedRow};

/// The file's name that is shown back is cut at so many characters.
const FILE_NAME_CHARS_MAX: usize = 100;

/// The form's fields: the file, and which app it is for where the form asks.
pub struct Upload {
    pub app: Option<AppSeq>,
    /// Whether the file is only looked at.
    pub is_check: bool,
    pub file_name: String,
    pub file: Vec<u8>,
}

impl Upload {
    /// Reads the form's fields `app`, `check` and `file`; a file that was looked at before comes back as `text` and `fileName`.
    pub async fn read(request: Request) -> Result<Self> {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
        let mut upload = Self { app: None, is_check: false, file_name: String::new(), file: Vec::new() };
        while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
            match field.name() {
                Some("app") => upload.app = field.text().await.map_err(|_| unreadable())?.parse().ok(),
                Some("check") => upload.is_check = true,
                Some("text") => upload.file = field.bytes().await.map_err(|_| unreadable())?.to_vec(),
                Some("fileName") => upload.file_name = short(&field.text().await.map_err(|_| unreadable())?),
                Some("file") => {
                    upload.file_name = short(field.file_name().unwrap_or_default());
                    upload.file = field.bytes().await.map_err(|_| unreadable())?.to_vec();
                }
                _ => {}
            }
        }
        Ok(upload)
    }
}

fn short(file_name: &str) -> String {
    file_name.chars().take(FILE_NAME_CHARS_MAX).collect()
}

fn unreadable() -> Error {
    Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the form could not be read")
}

/// What is wrong with the file as a whole, as the page lists it among the rows.
pub fn of_file(error: Error) -> RefusedRow {
    RefusedRow { line: 0, id: String::new(), fault: Fault::from(error) }
}
