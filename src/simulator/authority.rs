use crate::clock::Clock;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::keys::Keys;
use crate::stores::simulator::Authority;

const NAME: &str = "simulator_authority";

/// The simulator's certificates and keys: made at first start, kept sealed, the same for every process.
pub async fn load_authority(db: &Db, keys: &Keys, clock: &Clock) -> Result<Authority> {
    let found = db::instance::find(&mut db.read().await?, NAME).await?;
    let sealed = match found {
        Some(sealed) => sealed,
        None => {
            let made = Authority::generate(clock.now())?;
            let sealed = keys.sealer.seal(NAME, made.to_pem().as_bytes())?;
            db::instance::get_or_insert(db, NAME, &sealed, clock.now()).await?
        }
    };
    let pem = String::from_utf8(keys.sealer.open(NAME, &sealed)?).map_err(Error::internal)?;
    Authority::from_pem(&pem)
}
