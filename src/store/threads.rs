//! Jobs on several threads, feeding folds that the store does not know; and what they make, taken in order.

use crate::base::fault::{Fault, Faults, Result};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, scope};

/// How much of what was made may wait to be taken.
const WAITING: usize = 4;

/// What is kept, whoever else panicked: each of it is whole by itself.
pub(super) fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

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
    let workers = Mutex::new(Vec::new());
    let faults = Mutex::new(Vec::new());
    on_threads(threads.min(jobs.len()), &|| {
        let mut worker = make();
        let mut buffer = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(at) else { break };
            if let Err(Faults(found)) = work(&mut worker, job, &mut buffer) {
                lock(&faults).push((at, found));
            }
        }
        lock(&workers).push(worker);
    });
    in_order_of_jobs(faults.into_inner().unwrap_or_else(PoisonError::into_inner))?;
    Ok(workers.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Runs `run` on so many threads, of which this is one. Where the system gives no more, there are fewer.
fn on_threads(threads: usize, run: &(dyn Fn() + Sync)) {
    scope(|scope| {
        let others = 1..threads;
        let others: Vec<_> = others.map_while(|_| Builder::new().spawn_scoped(scope, run).ok()).collect();
        run();
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

/// The faults of jobs as the outcome of all.
fn in_order_of_jobs(mut faults: Vec<(usize, Vec<Fault>)>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    faults.sort_by_key(|(job, _)| *job);
    Err(Faults(faults.into_iter().flat_map(|(_, found)| found).collect()))
}

/// Does all jobs on `threads` threads, while this one takes what comes of them, in the order of the jobs. With one thread
/// a job is begun when what came of the one before it has been taken.
///
/// # Errors
/// The first of `take`: then the rest is not taken.
pub fn in_order<J: Sync, T: Send>(
    jobs: &[J],
    threads: usize,
    work: impl Fn(&J) -> T + Sync,
    mut take: impl FnMut(&J, T) -> Result<()>,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let done = scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let run = |sender: SyncSender<(usize, T)>| {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(at) else { return };
                if sender.send((at, work(job))).is_err() {
                    return;
                }
            }
        };
        let spawn = |_| {
            let sender = sender.clone();
            Builder::new().spawn_scoped(scope, move || run(sender)).ok()
        };
        let several = threads.min(jobs.len());
        let others: Vec<_> = (0..several).filter(|_| several > 1).map_while(spawn).collect();
        drop(sender);
        let mut early = BTreeMap::new();
        let mut taken = 0;
        let mut result = Ok(());
        'all: for (at, made) in &receiver {
            early.insert(at, made);
            while let Some(made) = early.remove(&taken) {
                result = take(&jobs[taken], made);
                taken += 1;
                if result.is_err() {
                    break 'all;
                }
            }
        }
        drop(receiver);
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        result.map(|()| taken)
    })?;
    // Where the system gives no other thread, this one does the work too.
    jobs[done..].iter().try_for_each(|job| take(job, work(job)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_jobs_is_taken_in_their_order() {
        for threads in [1, 2, 5] {
            for count in [0, 1, 2, 500] {
                let jobs: Vec<usize> = (0..count).collect();
                let mut taken = Vec::new();
                let work = |job: &usize| {
                    if job.is_multiple_of(7) {
                        std::thread::yield_now();
                    }
                    job * 2
                };
                let ended = in_order(&jobs, threads, work, |job, made| {
                    taken.push((*job, made));
                    Ok(())
                });
                assert_eq!(ended, Ok(()));
                assert!(
                    taken.iter().copied().eq((0..count).map(|job| (job, job * 2))),
                    "{threads} threads, {count} jobs"
                );
                let stop = |job: &usize, ()| {
                    if *job < 100 { Ok(()) } else { Fault::new("job-failed", text!("够了", "enough")).fail() }
                };
                assert_eq!(in_order(&jobs, threads, |_| (), stop).is_err(), count > 100);
            }
        }
    }

    #[test]
    fn one_thread_begins_a_job_when_the_one_before_is_taken() {
        let begun = AtomicUsize::new(0);
        let work = |_: &usize| begun.fetch_add(1, Ordering::Relaxed);
        let ended = in_order(&[0, 1, 2], 1, work, |job, made| {
            assert_eq!((made, begun.load(Ordering::Relaxed)), (*job, job + 1));
            Ok(())
        });
        assert_eq!(ended, Ok(()));
    }
}
