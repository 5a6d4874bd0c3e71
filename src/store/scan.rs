//! Jobs on several threads, feeding folds that the store does not know.

use crate::fault::{Fault, Faults, Result};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, scope};

/// Does all jobs on up to `threads` threads. Each thread makes a worker and keeps a buffer; which worker gets which job
/// is not determined. The workers come back to be merged.
///
/// # Errors
/// The faults of all jobs, in the order of the jobs.
pub fn scan<J: Sync, W: Send>(
    jobs: &[J],
    threads: usize,
    make: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &J, &mut Vec<u8>) -> Result<()> + Sync,
) -> Result<Vec<W>> {
    let next = AtomicUsize::new(0);
    let run = || {
        let (mut worker, mut buffer, mut faults) = (make(), Vec::new(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(at) else { return (worker, faults) };
            if let Err(Faults(found)) = work(&mut worker, job, &mut buffer) {
                faults.push((at, found));
            }
        }
    };
    let mut ended = Vec::new();
    scope(|scope| {
        // Where the system gives no more threads, this one does the rest.
        let others = 1..threads.min(jobs.len());
        let others: Vec<_> = others.map_while(|_| Builder::new().spawn_scoped(scope, run).ok()).collect();
        ended.push(run());
        ended.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
    });
    let (mut workers, mut faults) = (Vec::new(), Vec::<(usize, Vec<Fault>)>::new());
    for (worker, found) in ended {
        workers.push(worker);
        faults.extend(found);
    }
    if faults.is_empty() {
        return Ok(workers);
    }
    faults.sort_by_key(|(job, _)| *job);
    Err(Faults(faults.into_iter().flat_map(|(_, found)| found).collect()))
}
