//! Giving payments and users the keys they are found by. A mark says how far it has come; it stays some minutes behind, for a write may
//! end later than its rows say. What is newer is looked through by `tolerant`, so that everything is found at once all the same.

use std::collections::BTreeSet;

use super::tolerant::key_form;
use crate::db;
use crate::db::search::{Indexed, Mark, NewKey, Part};
use crate::error::{Error, Result};
use crate::model::{Normal, PaymentSeq, ProjectId, Timestamp};
use crate::state::AppState;

/// How long a write may take, and more.
const BEHIND_MILLIS: i64 = 5 * Timestamp::MINUTE;
/// Payments of one write: others write in between.
const BATCH: i64 = 200;
/// Writes of one run.
const BATCHES_MAX: usize = 500;
/// Payments verified later than this after they were made are found by their exact ids alone.
const LATE_MILLIS: i64 = 40 * Timestamp::DAY;
const LATE_MAX: i64 = 10_000;
/// Parts in the middle are looked for from the borders of groups; what is left of the id must be long enough to be asked for.
const GROUP_CHARS_MIN: usize = 6;
const GROUPS_MAX: usize = 4;

/// Gives keys to the payments after each project's mark; how many it gave them.
pub async fn index_new(state: &AppState) -> Result<u64> {
    let mut count = 0;
    let projects = db::search::list_projects(&mut state.db.read().await?).await?;
    for project in &projects {
        for _ in 0..BATCHES_MAX {
            let done = index_batch(state, project).await?;
            count += done as u64;
            if done < BATCH as usize {
                break;
            }
        }
    }
    Ok(count)
}

async fn index_batch(state: &AppState, project: &ProjectId) -> Result<usize> {
    let before = state.clock.now().plus_millis(-BEHIND_MILLIS);
    let mut tx = state.db.read().await?;
    let mark = db::search::find_mark(&mut tx, project).await?;
    let first = (Timestamp(0), PaymentSeq(String::new()));
    let after = mark.as_ref().map_or(first, |mark| (mark.created_at, mark.payment_seq.clone()));
    let rows = db::search::list_to_index(&mut tx, project, (after.0, &after.1), before, BATCH).await?;
    let Some(last) = rows.last() else { return Ok(0) };
    let other_ids = list_other_ids(&mut tx, &rows).await?;
    drop(tx);
    let verified_until = mark.as_ref().map_or(before, |mark| mark.verified_until);
    let to = Mark { created_at: last.created_at, payment_seq: last.payment_seq.clone(), verified_until };
    state
        .db
        .write(async |tx| {
            let keys = rows.iter().flat_map(|row| keys_of(row, &other_ids)).collect::<Vec<_>>();
            db::search::insert_keys(tx, project, &borrow(&keys)).await?;
            let users = new_users(tx, project, &rows).await?;
            db::search::insert_keys(tx, project, &borrow(&users)).await?;
            match db::search::move_mark(tx, project, mark.as_ref(), &to).await? {
                true => Ok(rows.len()),
                false => Err(Error::lost_race()),
            }
        })
        .await
}

/// Gives keys to payments made before the mark and verified since; how many it gave them.
pub async fn index_verified_later(state: &AppState) -> Result<u64> {
    let mut count = 0;
    let projects = db::search::list_projects(&mut state.db.read().await?).await?;
    for project in &projects {
        count += index_late(state, project).await? as u64;
    }
    Ok(count)
}

async fn index_late(state: &AppState, project: &ProjectId) -> Result<usize> {
    let until = state.clock.now().plus_millis(-BEHIND_MILLIS);
    let mut tx = state.db.read().await?;
    let Some(mark) = db::search::find_mark(&mut tx, project).await?.filter(|mark| mark.verified_until < until) else {
        return Ok(0);
    };
    let made = (mark.created_at.plus_millis(-LATE_MILLIS), mark.created_at);
    let rows = db::search::list_verified_later(&mut tx, project, made, (mark.verified_until, until), LATE_MAX).await?;
    let other_ids = list_other_ids(&mut tx, &rows).await?;
    drop(tx);
    let to = Mark { verified_until: until, ..mark.clone() };
    state
        .db
        .write(async |tx| {
            let mut new = Vec::new();
            for row in &rows {
                for key in keys_of(row, &other_ids) {
                    if !db::search::has_key(tx, project, &key.as_new()).await? {
                        new.push(key);
                    }
                }
            }
            db::search::insert_keys(tx, project, &borrow(&new)).await?;
            match db::search::move_mark(tx, project, Some(&mark), &to).await? {
                true => Ok(rows.len()),
                false => Err(Error::lost_race()),
            }
        })
        .await
}

/// Keys for one more number of a payment, which is told late: found at once by its parts too.
pub(super) async fn index_other_id(tx: &mut db::Tx, project: &ProjectId, seq: &PaymentSeq, id: &str) -> Result<()> {
    let mut keys = Vec::new();
    add_id(&mut keys, id, seq.as_str());
    db::search::insert_keys(tx, project, &borrow(&keys)).await
}

/// A key and what it leads to, owned.
struct Key {
    part: Part,
    normal: Normal,
    found: String,
    channel: String,
}

impl Key {
    fn as_new(&self) -> NewKey<'_> {
        NewKey { part: self.part, key: self.normal.key(), found: &self.found, channel: &self.channel }
    }
}

fn borrow(keys: &[Key]) -> Vec<NewKey<'_>> {
    keys.iter().map(Key::as_new).collect()
}

async fn list_other_ids(tx: &mut db::Tx, rows: &[Indexed]) -> Result<Vec<(String, String)>> {
    let seqs: Vec<&str> = rows.iter().map(|row| row.payment_seq.as_str()).collect();
    db::search::list_other_ids(tx, &seqs).await
}

/// The keys of a payment. One that was never bought is removed one day, and is found by its number alone.
fn keys_of(row: &Indexed, other_ids: &[(String, String)]) -> Vec<Key> {
    let mut keys = Vec::new();
    let seq = row.payment_seq.as_str();
    let own = [row.store_order_id.as_deref(), row.purchase_token.as_deref()].into_iter().flatten();
    let others = other_ids.iter().filter(|(of, _)| of == seq).map(|(_, id)| id.as_str());
    own.chain(others).for_each(|id| add_id(&mut keys, id, seq));
    if !keys.is_empty() {
        keys.push(Key {
            part: Part::PaymentTail,
            normal: Normal::of(seq).reversed(),
            found: seq.to_owned(),
            channel: String::new(),
        });
    }
    keys
}

fn add_id(keys: &mut Vec<Key>, id: &str, seq: &str) {
    let normal = key_form(id);
    let mut add = |part, normal| keys.push(Key { part, normal, found: seq.to_owned(), channel: String::new() });
    add(Part::PaymentTail, normal.reversed());
    add(Part::PaymentHead, normal);
    for group in groups(id) {
        add(Part::PaymentHead, group);
    }
}

/// An id from the beginning of each of its groups but the first.
fn groups(id: &str) -> Vec<Normal> {
    // Tokens have marks anywhere, and are pasted whole or from an end.
    const ID_BYTES_MAX: usize = 64;
    if id.len() > ID_BYTES_MAX {
        return Vec::new();
    }
    let base = id.split_once("..").map_or(id, |(base, _)| base);
    let borders = base.char_indices().filter(|(_, mark)| matches!(mark, '-' | '.' | '_')).map(|(place, _)| place + 1);
    let groups = borders.map(|place| key_form(&base[place..])).filter(|group| group.count() >= GROUP_CHARS_MIN);
    groups.take(GROUPS_MAX).collect()
}

/// Keys of the users of these payments who have none yet.
async fn new_users(tx: &mut db::Tx, project: &ProjectId, rows: &[Indexed]) -> Result<Vec<Key>> {
    let users: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.user_channel.as_str(), row.user_key.as_str())).collect();
    let mut keys = Vec::new();
    for (channel, key) in users.into_iter().filter(|(_, key)| !key.is_empty()) {
        let normal = Normal::of(key);
        let of = |part, normal| Key { part, normal, found: key.to_owned(), channel: channel.to_owned() };
        let tail = of(Part::UserTail, normal.reversed());
        if !db::search::has_key(tx, project, &tail.as_new()).await? {
            keys.extend([tail, of(Part::UserHead, normal)]);
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_keys_from_the_borders_of_their_groups() {
        let groups = |id| groups(id).into_iter().map(|group| group.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(groups("GPA.1234-5678-9012-34567..3"), ["12345678901234567", "5678901234567", "901234567"]);
        assert!(groups("2000000000001302").is_empty());
    }
}
