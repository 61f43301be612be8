//! The newest signed word of a store on each purchase and each renewal. Whatever order the words come in, the same stay.

use super::bulk::{self, Value};
use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{AppSeq, ProjectId, Timestamp};
use crate::stores::{Purchase, Renewal};

const PURCHASE: &str = "PURCHASE";
const RENEWAL: &str = "RENEWAL";
/// More periods of a chain than its present state could depend on.
const PERIODS_MAX: i64 = 200;

/// One app of a project, whose facts these are.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub project: &'a ProjectId,
    pub app: AppSeq,
}

/// Keeps a word on a purchase if it is newer than what we have, and gives the newest. From here to the end of the write
/// nobody else's word on the same purchase gets in.
pub async fn keep_purchase(tx: &mut Tx, owner: Owner<'_>, said: &Purchase) -> Result<Purchase> {
    if keep(tx, owner, &word(said)?).await? {
        return Ok(said.clone());
    }
    let found = find(tx, owner, PURCHASE, &said.order_id).await?.ok_or_else(|| Error::internal("a fact was lost"))?;
    serde_json::from_str(&found).map_err(Error::internal)
}

/// Keeps a word on a renewal if it is newer than what we have.
pub async fn keep_renewal(tx: &mut Tx, owner: Owner<'_>, said: &Renewal) -> Result<()> {
    let fact = serde_json::to_string(said).map_err(Error::internal)?;
    let word = Word {
        kind: RENEWAL,
        id: said.chain_id.clone(),
        chain_id: said.chain_id.clone(),
        happened_at: said.signed_at,
        signed_at: said.signed_at,
        weight: weigh_renewal(said, &fact),
        fact,
    };
    keep(tx, owner, &word).await.map(drop)
}

/// What is known of a chain: its newest periods, and how it goes on.
pub async fn list_of_chain(tx: &mut Tx, owner: Owner<'_>, chain_id: &str) -> Result<(Vec<Purchase>, Option<Renewal>)> {
    const SQL: &str = "SELECT fact FROM store_facts
         WHERE app_seq = $1 AND chain_id = $2 AND kind = 'PURCHASE' AND project_id = $3 ORDER BY happened_at DESC LIMIT $4";
    let facts: Vec<String> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(owner.app.0).bind(chain_id).bind(owner.project.as_str()).bind(PERIODS_MAX)
            .fetch_all(c).await?
    });
    let purchases = facts.iter().map(|fact| serde_json::from_str(fact).map_err(Error::internal)).collect::<Result<_>>()?;
    let renewal = find(tx, owner, RENEWAL, chain_id).await?;
    Ok((purchases, renewal.map(|fact| serde_json::from_str(&fact).map_err(Error::internal)).transpose()?))
}

/// The newest thing an app's store signed: where its clock stands at least.
pub async fn find_latest_signing(tx: &mut Tx, owner: Owner<'_>) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT MAX(signed_at) FROM store_facts WHERE app_seq = $1";
    let at: Option<i64> = on!(tx, c => sqlx::query_scalar(SQL).bind(owner.app.0).fetch_one(c).await?);
    Ok(at.map(Timestamp))
}

/// A word as it is kept.
#[derive(Debug, Clone)]
pub struct Word {
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) chain_id: String,
    pub(super) happened_at: Timestamp,
    pub(super) signed_at: Timestamp,
    pub(super) weight: String,
    pub(super) fact: String,
}

/// What is kept of a store's word on a purchase.
pub fn word(said: &Purchase) -> Result<Word> {
    let fact = serde_json::to_string(said).map_err(Error::internal)?;
    Ok(Word {
        kind: PURCHASE,
        id: said.order_id.clone(),
        chain_id: said.original_order_id.clone(),
        happened_at: said.purchased_at,
        signed_at: said.signed_at,
        weight: weigh_purchase(said, &fact),
        fact,
    })
}

macro_rules! insert_fact {
    () => {
        "INSERT INTO store_facts (app_seq, kind, fact_id, project_id, chain_id, happened_at, signed_at, weight, fact)
         SELECT * FROM {rows}"
    };
}

/// Keeps words nobody has; of `values`.
pub(super) const INSERT: &str = insert_fact!();

pub(super) fn values<'a>(owner: Owner<'a>, word: &'a Word) -> [Value<'a>; 9] {
    [
        owner.app.0.into(),
        word.kind.into(),
        word.id.as_str().into(),
        owner.project.as_str().into(),
        word.chain_id.as_str().into(),
        word.happened_at.0.into(),
        word.signed_at.0.into(),
        word.weight.as_str().into(),
        word.fact.as_str().into(),
    ]
}

async fn keep(tx: &mut Tx, owner: Owner<'_>, word: &Word) -> Result<bool> {
    const SQL: &str = concat!(
        insert_fact!(),
        " WHERE TRUE ON CONFLICT (app_seq, kind, fact_id) DO UPDATE SET chain_id = excluded.chain_id,
             happened_at = excluded.happened_at, signed_at = excluded.signed_at, weight = excluded.weight,
             fact = excluded.fact
         WHERE excluded.signed_at > store_facts.signed_at
             OR (excluded.signed_at = store_facts.signed_at AND excluded.weight > store_facts.weight)
         RETURNING app_seq"
    );
    let kept: Vec<(i64,)> = bulk::fetch(tx, (SQL, [values(owner, word)].into_iter().collect())).await?;
    Ok(!kept.is_empty())
}

async fn find(tx: &mut Tx, owner: Owner<'_>, kind: &str, id: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT fact FROM store_facts WHERE app_seq = $1 AND kind = $2 AND fact_id = $3 AND project_id = $4";
    on!(tx, c => {
        Ok(sqlx::query_scalar(SQL).bind(owner.app.0).bind(kind).bind(id).bind(owner.project.as_str()).fetch_optional(c).await?)
    })
}

/// Which of two words signed at once holds: what takes back over what gives, then the later end, then whichever. Digits
/// and lower-case hex only, so that every database sorts it alike.
fn weigh_purchase(said: &Purchase, fact: &str) -> String {
    let (revoked, superseded) = (u8::from(said.revoked_at.is_some()), u8::from(said.is_superseded));
    let end = said.expires_at.map_or(0, |at| at.0.max(0));
    format!("{revoked}{superseded}{end:020}{}", fingerprint(fact))
}

fn weigh_renewal(said: &Renewal, fact: &str) -> String {
    let (over, end) = (u8::from(said.expiration_reason.is_some()), said.renews_at.map_or(0, |at| at.0.max(0)));
    format!("{over}{end:020}{}", fingerprint(fact))
}

/// The first 64 bits of its SHA-256.
fn fingerprint(fact: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, fact.as_bytes());
    let first = digest.as_ref().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}
