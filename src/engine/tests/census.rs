//! What the engine says that it keeps.

use super::bench::Bench;
use crate::engine::Census;

#[test]
fn what_is_there_is_counted_until_it_is_gone() {
    let mut bench = Bench::new();
    assert_eq!(bench.engine.census(), Census::default());
    bench.active();
    let census = bench.engine.census();
    let dialog = (census.subscriptions, census.usages, census.calls);
    assert_eq!(dialog, (1, 1, 1));
    assert!(census.in_use() > 3 && census.total() > census.in_use());
    bench.engine.stop(bench.now);
    bench.drain();
    bench.advance_secs(60);
    let census = bench.engine.census();
    assert_eq!((census.in_use(), census.departed), (0, 1));
}
