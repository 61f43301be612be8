use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::products::parse_store_product_id;
use crate::error::Error;
use crate::model::{CatalogChange, CatalogRow, Product, ProductReason, Reason, shorten};
use crate::stores::CatalogItem;

/// Names are cut here, so that one with its mark is taken.
const NAME_CHARS_MAX: usize = 79;

/// What importing a store's products would do, in the order a preview shows it.
pub(super) fn compare(items: &[CatalogItem], ours: &[Product]) -> Vec<CatalogRow> {
    let by_id: BTreeMap<&str, &Product> = ours.iter().map(|product| (product.store_product_id.as_str(), product)).collect();
    let mut seen = BTreeSet::new();
    let mut rows: Vec<CatalogRow> = items.iter().map(|item| compare_one(item, &by_id, seen.insert(&item.product_id))).collect();
    let listed = |product: &&Product| !seen.contains(&product.store_product_id);
    rows.extend(ours.iter().filter(listed).map(not_in_store));
    rows.sort_by(|one, other| (rank(&one.change), &one.product_id).cmp(&(rank(&other.change), &other.product_id)));
    rows
}

fn compare_one(item: &CatalogItem, ours: &BTreeMap<&str, &Product>, is_first: bool) -> CatalogRow {
    let name = match shorten(item.name.trim(), NAME_CHARS_MAX) {
        name if name.trim().is_empty() => item.product_id.clone(),
        name => name.trim().to_owned(),
    };
    let known = ours.get(item.product_id.as_str());
    let change = match known {
        _ if !is_first => CatalogChange::Refuse(ProductReason::ListedTwice.into()),
        None => change_of_new(item),
        Some(known) if !item.product_types.contains(&known.product_type) => {
            CatalogChange::Refuse(ProductReason::OfAnotherType(known.product_type).into())
        }
        Some(known) if known.name == name => CatalogChange::Same { product: known.product_seq },
        Some(known) => CatalogChange::Rename { product: known.product_seq, name_now: known.name.clone() },
    };
    let product_types = known.map_or_else(|| item.product_types.clone(), |known| vec![known.product_type]);
    let (product_id, price) = (item.product_id.clone(), item.price.clone());
    CatalogRow { product_id, name, product_types, is_active: Some(item.is_active), price, change }
}

fn change_of_new(item: &CatalogItem) -> CatalogChange {
    match parse_store_product_id(&item.product_id) {
        Err(Error::Invalid { reason, .. }) => CatalogChange::Refuse(reason),
        Err(error) => CatalogChange::Refuse(Reason::unreadable(error)),
        Ok(_) if item.product_types.is_empty() => CatalogChange::Refuse(ProductReason::OfUnknownType.into()),
        Ok(_) => CatalogChange::Add,
    }
}

fn not_in_store(product: &Product) -> CatalogRow {
    CatalogRow {
        product_id: product.store_product_id.clone(),
        name: product.name.clone(),
        product_types: vec![product.product_type],
        is_active: None,
        price: None,
        change: CatalogChange::NotInStore { product: product.product_seq },
    }
}

const fn rank(change: &CatalogChange) -> u8 {
    match change {
        CatalogChange::Add => 0,
        CatalogChange::Rename { .. } => 1,
        CatalogChange::Refuse(_) => 2,
        CatalogChange::NotInStore { .. } => 3,
        CatalogChange::Same { .. } => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AppSeq, ProductSeq, ProductType, Timestamp, UseStatus, Version};

    const ONE_TIME: [ProductType; 2] = [ProductType::Consumable, ProductType::NonConsumable];

    fn item(product_id: &str, name: &str) -> CatalogItem {
        let (product_id, name) = (product_id.to_owned(), name.to_owned());
        CatalogItem { product_id, name, product_types: ONE_TIME.to_vec(), is_active: true, price: None }
    }

    fn ours(seq: i64, product_id: &str, product_type: ProductType) -> Product {
        Product {
            product_seq: ProductSeq(seq),
            app_seq: AppSeq(1),
            store_product_id: product_id.into(),
            name: product_id.to_uppercase(),
            product_type,
            status: UseStatus::Stop,
            sku: None,
            version: Version::FIRST,
            created_at: Timestamp(0),
        }
    }

    fn change_of(items: &[CatalogItem], products: &[Product]) -> CatalogChange {
        compare(items, products).remove(0).change
    }

    #[test]
    fn each_product_is_added_renamed_left_alone_or_refused() {
        let known = |product_type| [ours(7, "gem", product_type)];
        let refused = |reason: ProductReason| CatalogChange::Refuse(reason.into());
        let product = ProductSeq(7);
        assert_eq!(change_of(&[item("gem", "Gem")], &[]), CatalogChange::Add);
        assert_eq!(change_of(&[item("gem", " GEM ")], &known(ProductType::NonConsumable)), CatalogChange::Same { product });
        let renamed = CatalogChange::Rename { product, name_now: "GEM".into() };
        assert_eq!(change_of(&[item("gem", "보석")], &known(ProductType::Consumable)), renamed);
        assert_eq!(change_of(&[], &known(ProductType::Consumable)), CatalogChange::NotInStore { product });
        let other = change_of(&[item("gem", "GEM")], &known(ProductType::AutoSubscription));
        assert_eq!(other, refused(ProductReason::OfAnotherType(ProductType::AutoSubscription)));
        let unknown = CatalogItem { product_types: Vec::new(), ..item("gem", "Gem") };
        assert_eq!(change_of(&[unknown], &[]), refused(ProductReason::OfUnknownType));
        assert!(matches!(change_of(&[item("보석", "Gem")], &[]), CatalogChange::Refuse(_)), "no id that we take");
        let twice = compare(&[item("gem", "Gem"), item("gem", "Other")], &[]);
        assert_eq!(
            twice.iter().map(|row| &row.change).collect::<Vec<_>>(),
            [&CatalogChange::Add, &refused(ProductReason::ListedTwice)]
        );
    }

    #[test]
    fn names_are_made_to_fit_and_types_are_ours_where_there_are() {
        let long = "가".repeat(200);
        for (name, expected) in [(long.as_str(), format!("{}…", "가".repeat(79))), (" \n", "gem".into()), ("a\tb", "a b".into())]
        {
            assert_eq!(compare(&[item("gem", name)], &[])[0].name, expected);
        }
        assert_eq!(compare(&[item("gem", "Gem")], &[])[0].product_types, ONE_TIME);
        let known = [ours(7, "gem", ProductType::NonConsumable)];
        assert_eq!(compare(&[item("gem", "Gem")], &known)[0].product_types, [ProductType::NonConsumable]);
    }

    #[test]
    fn what_can_be_imported_comes_first() {
        let products = [ours(1, "a_gone", ProductType::Consumable), ours(2, "b_same", ProductType::Consumable)];
        let items = [item("b_same", "B_SAME"), item("z_new", "Z"), item("c_new", "C")];
        let rows = compare(&items, &products);
        assert_eq!(rows.iter().map(|row| row.product_id.as_str()).collect::<Vec<_>>(), ["c_new", "z_new", "a_gone", "b_same"]);
        let chosen = rows.iter().filter(|row| row.is_chosen_at_first()).count();
        assert_eq!(chosen, 2);
        let stopped = CatalogItem { is_active: false, ..item("x", "X") };
        assert!(!compare(&[stopped], &[])[0].is_chosen_at_first());
    }
}
