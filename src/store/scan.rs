//! Jobs on several threads, feeding folds that the store does not know; and items made ready by one thread for another.

use crate::fault::{Fault, Faults, Result};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

/// How many items are handed over at once, and how many such handfuls may wait.
const HANDFUL: usize = 500;
const WAITING: usize = 4;

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

/// Takes all items in their order, while another thread makes the next ones ready; gives the iterator back.
///
/// # Errors
/// The first of `take`: then the rest is not taken.
pub fn ahead<I>(items: I, threads: usize, mut take: impl FnMut(I::Item) -> Result<()>) -> Result<I>
where
    I: Iterator + Send,
    I::Item: Send,
{
    let items = Mutex::new(items);
    let handful =
        || -> Vec<I::Item> { items.lock().unwrap_or_else(PoisonError::into_inner).by_ref().take(HANDFUL).collect() };
    scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let make = move || {
            loop {
                let some = handful();
                if some.is_empty() || sender.send(some).is_err() {
                    return;
                }
            }
        };
        // Where the system gives no other thread, this one makes them ready too.
        let maker = (threads > 1).then_some(make).and_then(|make| Builder::new().spawn_scoped(scope, make).ok());
        let taken = receiver.iter().flatten().try_for_each(&mut take);
        drop(receiver);
        if let Some(maker) = maker {
            maker.join().unwrap_or_else(|panic| resume_unwind(panic));
            return taken;
        }
        items.lock().unwrap_or_else(PoisonError::into_inner).by_ref().try_for_each(&mut take)
    })?;
    Ok(items.into_inner().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_in_their_order_whoever_makes_them_ready() {
        for threads in [1, 2] {
            for count in [0, 1, HANDFUL, 10 * HANDFUL + 7] {
                let mut taken = Vec::new();
                let rest = ahead(0..count, threads, |item| {
                    taken.push(item);
                    Ok(())
                });
                assert_eq!(rest, Ok(count..count));
                assert!(taken.iter().copied().eq(0..count), "{threads} threads, {count} items");
            }
            let stopped =
                ahead(
                    0..,
                    threads,
                    |item| {
                        if item < 3000 { Ok(()) } else { Fault::new(text!("够了", "enough")).fail() }
                    },
                );
            assert!(stopped.is_err());
        }
    }
}
