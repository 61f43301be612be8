use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::error::Error;

#[tokio::test]
async fn a_loop_goes_on_after_a_panic_and_counts_it() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let counted = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (stop, stopped) = watch::channel(false);
    let (stop, passes) = (Arc::new(stop), Arc::new(AtomicU32::new(0)));
    let pass = {
        let passes = Arc::clone(&passes);
        move || {
            let (stop, pass) = (Arc::clone(&stop), passes.fetch_add(1, Ordering::SeqCst) + 1);
            async move {
                match pass {
                    1 => panic!("as a test wants it"),
                    2 => Err(Error::NotFound("luck")),
                    _ => stop.send(true).map_err(Error::internal),
                }
            }
            .boxed()
        }
    };
    repeat("tested", Duration::from_millis(1), || std::future::pending().boxed(), pass, stopped).await;
    assert_eq!(passes.load(Ordering::SeqCst), 3);
    assert!(counted.render().contains("purser_worker_panics_total{loop=\"tested\"} 1"), "{}", counted.render());
}
