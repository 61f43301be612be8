//! What a person sees while waiting: one line per step, with the time it took.

use std::io::{IsTerminal, Write};
use std::time::Instant;

use anyhow::Result;

/// A step under way. On a terminal its line is rewritten in place until it is done.
pub struct Step {
    title: &'static str,
    started: Instant,
    live: bool,
}

impl Step {
    /// Does `work` under a title; the text it gives back (such as "unchanged") stands behind the time.
    pub fn run<T>(title: &'static str, work: impl FnOnce(&Self) -> Result<(T, String)>) -> Result<T> {
        let step = Self { title, started: Instant::now(), live: std::io::stdout().is_terminal() };
        step.progress("");
        match work(&step) {
            Ok((value, note)) => {
                step.print(&format!("{:6.1} s  {note}", step.started.elapsed().as_secs_f64()), true);
                Ok(value)
            }
            Err(error) => {
                step.print("failed", true);
                Err(error.context(title))
            }
        }
    }

    /// Shows how far the step is, where there is a terminal to show it on.
    pub fn progress(&self, note: &str) {
        if self.live {
            self.print(&format!("     …    {note}"), false);
        }
    }

    fn print(&self, text: &str, is_last: bool) {
        let (start, end) = if self.live { ("\r\x1b[K", if is_last { "\n" } else { "" }) } else { ("", "\n") };
        let line = format!("  {:<26}{text}", self.title);
        let mut out = std::io::stdout().lock();
        // Progress that can't be shown is no reason to stop the work.
        drop(write!(out, "{start}{}{end}", line.trim_end()).and_then(|()| out.flush()));
    }
}
