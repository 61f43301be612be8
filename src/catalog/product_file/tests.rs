use super::*;

#[test]
fn takes_columns_in_any_order_and_nhns_words() {
    let file = "\u{FEFF}type,productId,name\r\nCONSUMABLE,gem_100,\"100 gems, blue\"\r\nauto_renewable,vip,\r\n,,\r\n";
    let (rows, refused) = read_rows(file.as_bytes()).expect("a list");
    assert!(refused.is_empty());
    let read: Vec<_> = rows.iter().map(|row| (row.line, row.store_product_id.as_str(), row.product_type)).collect();
    assert_eq!(read, [(2, "gem_100", ProductType::Consumable), (3, "vip", ProductType::AutoSubscription)]);
    assert_eq!((rows[0].details.name.as_deref(), rows[1].details.name.as_deref()), (Some("100 gems, blue"), None));
}

#[test]
fn names_line_and_column_of_each_bad_row() {
    let file = "productId,type,status,store\ngem,CONSUMABLE,,gg\nno spaces,GIFT,,\nx,GIFT,,\ny,CONSUMABLE,OFF,EPIC\n";
    let (rows, refused) = read_rows(file.as_bytes()).expect("a list");
    let named: Vec<_> = refused.iter().map(|row| (row.line, row.fault.param.as_deref().unwrap_or_default())).collect();
    assert_eq!((rows.len(), named), (1, vec![(3, "productId"), (3, "type"), (4, "type"), (5, "status"), (5, "store")]));
}

#[test]
fn refuses_what_is_no_list_of_products() {
    let long = format!("productId,type\n{}", "a,CONSUMABLE\n".repeat(ROWS_MAX + 1));
    for file in [
        &b"\xFF\xFE"[..],
        b"",
        b"productId,type\n",
        b"productId\nx\n",
        b"productId,type,colour\nx,CONSUMABLE,red\n",
        long.as_bytes(),
    ] {
        let error = read_rows(file).err().expect("refused").to_string();
        assert!(error.starts_with("file:"), "{error}");
    }
}

#[test]
fn takes_texts_as_a_download_wrote_them() {
    let file = "appId,productId,type,name,sku\ncom.example.game,gem,CONSUMABLE,'=1+1,'plain\n";
    let (rows, _) = read_rows(file.as_bytes()).expect("a list");
    let read = (rows[0].app_id.as_deref(), rows[0].details.name.as_deref(), rows[0].details.sku.as_deref());
    assert_eq!(read, (Some("com.example.game"), Some("=1+1"), Some("'plain")));
}
