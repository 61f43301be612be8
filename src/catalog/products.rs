mod draft;

use serde_json::json;

use crate::audit::{By, Change, Stamp};
use crate::db::{self, Tx, products::Wanted};
use crate::error::{Error, Result};
use crate::model::{
    AppReason, AppSeq, Page, Product, ProductReason, ProductSeq, ProductType, ProjectId, Reason, UseStatus, Version,
};
use crate::state::AppState;
use draft::apply;

pub(crate) use draft::{draft_product, parse_store_product_id};

const PAGE_ROWS: u32 = 50;

/// What an operator or a declared file says of a product. Absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct ProductInput {
    pub name: Option<String>,
    pub status: Option<UseStatus>,
    /// Empty takes it away.
    pub sku: Option<String>,
    /// The version the change is based on; none for any.
    pub seen: Option<Version>,
}

/// A product to add: what can't change later, and the rest.
#[derive(Debug, Clone, Copy)]
pub struct NewProduct<'a> {
    pub app: AppSeq,
    pub store_product_id: &'a str,
    pub product_type: ProductType,
    pub details: &'a ProductInput,
}

/// Which products to show.
#[derive(Debug, Clone, Default)]
pub struct ProductQuery {
    pub app: Option<AppSeq>,
    pub status: Option<UseStatus>,
    pub cursor: Option<String>,
}

/// Adds a product to an app. A second one of the same store id is refused; its type can't change later.
pub async fn create_product(state: &AppState, by: &By, project: &ProjectId, new: &NewProduct<'_>) -> Result<Product> {
    let at = state.clock.now();
    let seq = state.numbers.next_product().await?;
    let product = draft_product(seq, new, at)?;
    let stamp = Stamp { by, at };
    state
        .db
        .write(async |tx| {
            db::apps::find(tx, project, new.app).await?.ok_or(Error::invalid("app", AppReason::NoSuchApp))?;
            insert_product(tx, &stamp, project, &product).await
        })
        .await?;
    Ok(product)
}

pub(crate) async fn insert_product(tx: &mut Tx, stamp: &Stamp<'_>, project: &ProjectId, product: &Product) -> Result<()> {
    if !db::products::insert(tx, project, product).await? {
        return Err(Error::invalid("storeProductId", ProductReason::StoreProductIdTaken));
    }
    stamp.record(tx, change("product.create", project, None, product)).await
}

/// Changes name, status or sku. True when anything was different.
pub async fn update_product(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    seq: ProductSeq,
    input: &ProductInput,
) -> Result<bool> {
    let at = state.clock.now();
    let stamp = Stamp { by, at };
    state
        .db
        .write(async |tx| {
            let before = db::products::find(tx, project, seq).await?.ok_or(Error::NotFound("product"))?;
            write_product(tx, &stamp, project, &before, input).await
        })
        .await
}

/// True when anything was different.
pub(crate) async fn write_product(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    project: &ProjectId,
    before: &Product,
    input: &ProductInput,
) -> Result<bool> {
    if !before.version.is_base_of(input.seen) {
        return Err(Error::edited_meanwhile());
    }
    let Some(after) = changed(before, input)? else { return Ok(false) };
    if !db::products::update(tx, project, &after, stamp.at).await? {
        return Err(Error::edited_meanwhile());
    }
    stamp.record(tx, change("product.update", project, Some(before), &after)).await?;
    Ok(true)
}

/// The product as it would be; none when nothing is different.
pub(crate) fn changed(before: &Product, input: &ProductInput) -> Result<Option<Product>> {
    let mut after = before.clone();
    apply(&mut after, input)?;
    Ok((after != *before).then_some(after))
}

/// A product of the project, or `NotFound`.
pub async fn get_product(state: &AppState, project: &ProjectId, seq: ProductSeq) -> Result<Product> {
    db::products::find(&mut state.db.read().await?, project, seq).await?.ok_or(Error::NotFound("product"))
}

/// One page of products, oldest first.
pub async fn list_products(state: &AppState, project: &ProjectId, query: &ProductQuery) -> Result<Page<Product>> {
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let wanted = Wanted { app: query.app, status: query.status, after };
    let mut items = db::products::list(&mut state.db.read().await?, project, wanted, PAGE_ROWS + 1).await?;
    let has_more = items.len() > PAGE_ROWS as usize;
    items.truncate(PAGE_ROWS as usize);
    let next_cursor = items.last().filter(|_| has_more).map(|last| last.product_seq.to_string());
    Ok(Page { items, next_cursor })
}

/// Where a page of products starts: a product's number.
pub(super) fn parse_cursor(text: &str) -> Result<ProductSeq> {
    text.parse().map_err(|_| Error::invalid("cursor", Reason::NotACursor))
}

fn change<'a>(action: &'static str, project: &'a ProjectId, before: Option<&Product>, after: &Product) -> Change<'a> {
    let view = |product: &Product| {
        json!({ "app": product.app_seq, "storeProductId": product.store_product_id, "name": product.name,
            "type": product.product_type, "status": product.status, "sku": product.sku })
    };
    Change {
        action,
        project: Some(project),
        target: format!("product:{}", after.product_seq),
        before: before.map(view),
        after: Some(view(after)),
    }
}
