use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;

use super::*;

/// A read that takes a permit and says how many went before it.
fn counted(
    count: &Arc<AtomicU32>,
    gate: &Arc<Semaphore>,
) -> impl Fn(String) -> std::pin::Pin<Box<dyn Future<Output = Result<u32>> + Send>> + use<> {
    let (count, gate) = (count.clone(), gate.clone());
    move |_| {
        let (count, gate) = (count.clone(), gate.clone());
        Box::pin(async move {
            let number = count.fetch_add(1, Ordering::SeqCst);
            gate.acquire().await.map_err(Error::internal)?.forget();
            Ok(number)
        })
    }
}

#[tokio::test]
async fn who_asks_while_a_read_goes_on_is_answered_by_the_next() {
    let (count, gate, reads) = (Arc::default(), Arc::new(Semaphore::new(0)), SingleFlight::default());
    let first = tokio::spawn({
        let (reads, read) = (reads.clone(), counted(&count, &gate));
        async move { reads.ask("key", read).await }
    });
    while count.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let late: Vec<_> = (0..10)
        .map(|_| {
            let (reads, read) = (reads.clone(), counted(&count, &gate));
            tokio::spawn(async move { reads.ask("key", read).await })
        })
        .collect();
    while reads.lock().get("key").is_none_or(|asking| asking.len() < 10) {
        tokio::task::yield_now().await;
    }
    gate.add_permits(2);
    assert_eq!(first.await.expect("ends").expect("answers"), 0);
    for one in late {
        assert_eq!(one.await.expect("ends").expect("answers"), 1, "all of them by the one read that began after they asked");
    }
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_read_that_panics_is_over() {
    let reads = SingleFlight::<u32>::default();
    let panics = |_| async { panic!("on purpose") };
    assert!(reads.ask("key", panics).await.is_err());
    assert_eq!(reads.ask("key", |_| async { Ok(7) }).await.expect("answers"), 7);
}

#[tokio::test]
async fn a_read_that_failed_is_made_once_more() {
    let (reads, count) = (SingleFlight::default(), Arc::new(AtomicU32::default()));
    let counted = count.clone();
    let fails_first = move |_| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move { if number == 0 { Err(Error::internal("cut")) } else { Ok(number) } }
    };
    assert_eq!(reads.ask("key", fails_first).await.expect("answers"), 1);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_failed_read_is_told_to_all() {
    let reads = SingleFlight::<u32>::default();
    let fails = |_| async { Err(Error::internal("no disk")) };
    assert!(reads.ask("key", fails).await.is_err_and(|error| error.to_string().contains("no disk")));
}
