use sqlx::Executor;

use super::*;

#[tokio::test]
async fn nobody_is_told_yes_when_the_transaction_was_lost() {
    let open = || SqliteConnection::connect("sqlite::memory:");
    let writer = Writer::start(open().await.unwrap(), open().await.unwrap(), &Arc::default());
    let mut first = writer.guard().await.unwrap();
    let second = tokio::spawn({
        let writer = writer.clone();
        async move { writer.guard().await?.keep().await.map_err(Error::internal)?.map_err(Error::Internal) }
    });
    while writer.queue_depth() == 0 {
        tokio::task::yield_now().await;
    }
    first.execute("ROLLBACK").await.unwrap();
    assert!(first.keep().await.unwrap().is_err());
    assert!(second.await.unwrap().is_err());
    // What comes after is written as ever.
    let mut third = writer.guard().await.unwrap();
    third.execute("CREATE TABLE kept (n INTEGER)").await.unwrap();
    third.keep().await.unwrap().unwrap();
    assert!(writer.guard().await.unwrap().execute("SELECT n FROM kept").await.is_ok());
}

#[tokio::test]
async fn a_lost_connection_is_told() {
    let open = || SqliteConnection::connect("sqlite::memory:");
    let health = Arc::default();
    let writer = Writer::start(open().await.unwrap(), open().await.unwrap(), &health);
    writer.guard().await.unwrap().lose();
    health.until_lost().await;
    assert!(writer.guard().await.is_err());
}

#[tokio::test]
async fn a_panic_inside_a_write_is_undone_and_the_next_one_is_written() {
    let open = || SqliteConnection::connect("sqlite::memory:");
    let writer = Writer::start(open().await.unwrap(), open().await.unwrap(), &Arc::default());
    let panics = tokio::spawn({
        let writer = writer.clone();
        async move {
            let mut writer_guard = writer.guard().await.unwrap();
            writer_guard.execute("CREATE TABLE kept (n INTEGER)").await.unwrap();
            panic!("as a test wants it");
        }
    });
    assert!(panics.await.is_err());
    let mut next = writer.guard().await.unwrap();
    next.execute("CREATE TABLE kept (n INTEGER)").await.unwrap();
    next.keep().await.unwrap().unwrap();
}
