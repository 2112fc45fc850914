//! The threads that share work: one gives it out and takes part, the others help.
//!
//! A job is a function and a number of tasks. Everybody has a part of them, always the same
//! one of a job of that size, since what it reads was mostly written by a job before: cores
//! may be as far apart as two machines. Who is done takes tasks from the others' parts, so
//! that nobody waits for a helper who is late: whoever gave the job out does what no other
//! took, and waits only for what was taken and is not done. Between jobs helpers look for the
//! next one for a moment, since it mostly comes at once, and then sleep.
//!
//! What was taken has to be waited for, and takes long where a helper has lost its core to
//! another program. On such a machine one thread may be faster: whoever knows the time finds
//! out, and has the helpers [`rest`].

#![expect(
    unsafe_code,
    reason = "a job crosses threads as two addresses; the tasks that are counted keep them valid"
)]

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Looks for a job before a helper sleeps: about two milliseconds. To wake it takes half of one,
/// and between two jobs, be it the last of a step and the first of the next, is mostly less.
const PATIENCE: u32 = 40_000;
/// Looks for the end of the last tasks before whoever gave them out sleeps: as long as a task
/// takes, and as it takes to be woken. It takes longer where a helper has lost its core, maybe to
/// the very one that looks.
const HURRY: u32 = 4000;

/// Threads at most: each has a part of a job's tasks.
const MOST: usize = 8;
/// Tasks of a job at most.
const TASKS: usize = u16::MAX as usize;

/// The threads of this program or module.
static POOL: Pool = Pool::new();

/// How many threads share the work, when they do not rest.
pub fn threads() -> u32 {
    POOL.assigned.load(Relaxed)
}

/// Has so many threads share the work from now on, this one among them; 1 for none but this,
/// and eight at most.
///
/// In WebAssembly the host sees to it that so many workers [`help`]; those that are too many
/// sleep. Natively they are started here.
pub fn use_threads(threads: u32) {
    let threads = threads.clamp(1, MOST as u32);
    #[cfg(not(target_arch = "wasm32"))]
    {
        static STARTED: Mutex<u32> = Mutex::new(0);
        let mut started = locked(&STARTED);
        while *started + 1 < threads {
            *started += 1;
            // A thread that cannot be started is one that does not help.
            let _ = std::thread::Builder::new()
                .name("ganvas helper".into())
                .spawn(|| help());
        }
    }
    POOL.assigned.store(threads, Relaxed);
    POOL.set_threads(threads);
}

/// Leaves the work to this thread for a while, or has the others share it again.
pub fn rest(resting: bool) {
    POOL.set_threads(if resting { 1 } else { threads() });
}

/// Helps for ever.
pub fn help() -> ! {
    POOL.help()
}

/// Tells that a helper has died in the middle of its task, which will never be done.
pub fn fail() {
    POOL.fail();
}

/// Does the tasks of a job, or says that this thread is to do them alone.
pub(super) fn share<F: Fn(usize) + Sync>(count: usize, task: &F) -> bool {
    /// # Safety
    ///
    /// `task` is a borrow of an F.
    unsafe fn call<F: Fn(usize)>(task: *const (), index: usize) {
        // SAFETY: the caller's promise.
        unsafe { (*task.cast::<F>())(index) }
    }
    if count > TASKS {
        return false;
    }
    // SAFETY: `call` takes what `task` is, which `run` has back when it returns.
    unsafe { POOL.run(count, call::<F>, std::ptr::from_ref(task).cast()) }
}

type Call = unsafe fn(*const (), usize);

/// A cache line of its own: its neighbours are written by others.
#[repr(align(64))]
struct Line<T>(T);

impl<T> Deref for Line<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

struct Pool {
    /// What is left of everybody's part: the job's number, the next task, and the part's end.
    parts: [Line<AtomicU64>; MOST],
    /// The number of the job that was given out last.
    number: Line<AtomicU32>,
    /// Tasks of the job that are done.
    done: Line<AtomicU32>,
    /// Written only while the job is closed.
    job: Line<Job>,
    /// Somebody's job is under way.
    busy: AtomicBool,
    /// How many threads there are for the work.
    assigned: AtomicU32,
    /// How many of them share it.
    threads: AtomicU32,
    /// Helpers that there ever were.
    helpers: AtomicU32,
    /// A helper died of its task.
    failed: AtomicBool,
    /// Helpers that sleep until there is a job.
    asleep: AtomicU32,
    /// Whoever gave the job out sleeps until it is done.
    awaited: AtomicBool,
    door: Mutex<()>,
    /// There is a job.
    bell: Condvar,
    /// It is done.
    end: Condvar,
    /// The number of threads has changed.
    change: Condvar,
}

/// A part of a job's tasks, as one number that is exchanged as a whole.
#[derive(Clone, Copy)]
struct Part {
    job: u32,
    next: u16,
    end: u16,
}

impl Part {
    fn of(number: u64) -> Self {
        Self {
            job: (number >> 32) as u32,
            next: (number >> 16) as u16,
            end: number as u16,
        }
    }

    fn number(self) -> u64 {
        u64::from(self.job) << 32 | u64::from(self.next) << 16 | u64::from(self.end)
    }

    fn left(self) -> u32 {
        u32::from(self.end.saturating_sub(self.next))
    }
}

struct Job {
    call: AtomicPtr<()>,
    task: AtomicPtr<()>,
}

impl Pool {
    const fn new() -> Self {
        Self {
            parts: [const { Line(AtomicU64::new(0)) }; MOST],
            number: Line(AtomicU32::new(0)),
            done: Line(AtomicU32::new(0)),
            job: Line(Job {
                call: AtomicPtr::new(std::ptr::null_mut()),
                task: AtomicPtr::new(std::ptr::null_mut()),
            }),
            busy: AtomicBool::new(false),
            assigned: AtomicU32::new(1),
            threads: AtomicU32::new(1),
            helpers: AtomicU32::new(0),
            failed: AtomicBool::new(false),
            asleep: AtomicU32::new(0),
            awaited: AtomicBool::new(false),
            door: Mutex::new(()),
            bell: Condvar::new(),
            end: Condvar::new(),
            change: Condvar::new(),
        }
    }

    fn set_threads(&self, threads: u32) {
        let door = locked(&self.door);
        self.threads.store(threads, SeqCst);
        drop(door);
        self.change.notify_all();
        self.bell.notify_all();
    }

    fn fail(&self) {
        let door = locked(&self.door);
        self.failed.store(true, SeqCst);
        drop(door);
        self.end.notify_all();
    }

    /// Does a job, unless this thread is alone or another job is under way.
    ///
    /// # Safety
    ///
    /// `call` may be called with `task` and each number below `count` on any thread, until
    /// this returns.
    unsafe fn run(&self, count: usize, call: Call, task: *const ()) -> bool {
        let threads = self.threads.load(Relaxed) as usize;
        if threads < 2 || self.busy.swap(true, Acquire) {
            return false;
        }
        // All parts are empty: nobody takes a task of the last job any more.
        let job = self.number.load(Relaxed).wrapping_add(1);
        self.done.store(0, Relaxed);
        self.job.call.store(call as *mut (), Release);
        self.job.task.store(task.cast_mut(), Release);
        for (index, part) in self.parts[..threads].iter().enumerate() {
            let [next, end] = [index, index + 1].map(|index| (index * count / threads) as u16);
            part.store(Part { job, next, end }.number(), Release);
        }
        self.number.store(job, SeqCst);
        // It waits for what was taken, also when a task of this thread's own panics.
        let end = End(self, count as u32);
        if self.asleep.load(SeqCst) > 0 {
            drop(locked(&self.door));
            self.bell.notify_all();
        }
        self.work(0);
        std::mem::forget(end);
        assert!(self.finish(count as u32), "a thread that helped has failed");
        true
    }

    /// Does tasks as long as there are any, those of a part of its own first.
    fn work(&self, me: usize) {
        for index in 0..MOST {
            let part = &self.parts[(me + index) % MOST];
            while self.take(part) {}
        }
    }

    /// Does a task of a part, if there is one.
    fn take(&self, place: &AtomicU64) -> bool {
        let number = place.load(Acquire);
        let part = Part::of(number);
        if part.left() == 0 {
            return false;
        }
        // What is read here may be another job's. Then the part has been emptied meanwhile, and
        // the exchange fails.
        let call = self.job.call.load(Acquire);
        let task = self.job.task.load(Acquire);
        let index = part.next;
        let rest = Part {
            next: index + 1,
            ..part
        };
        if place
            .compare_exchange(number, rest.number(), AcqRel, Relaxed)
            .is_err()
        {
            // Another took it, and maybe not the last one.
            return true;
        }
        let done = Done(self);
        // SAFETY: a task was taken, so the job is not at its end, and these are its own
        // function and data. A function's address came from there.
        unsafe { std::mem::transmute::<*mut (), Call>(call)(task, index.into()) };
        drop(done);
        true
    }

    fn help(&self) -> ! {
        let me = self.helpers.fetch_add(1, Relaxed) + 1;
        let mut looked = 0;
        let mut seen = 0;
        loop {
            if me >= self.threads.load(Relaxed) {
                let mut door = locked(&self.door);
                while me >= self.threads.load(SeqCst) {
                    door = wait(&self.change, door);
                }
            }
            let job = self.number.load(Acquire);
            if job != seen {
                (seen, looked) = (job, 0);
                // A panic is told by the task's end, and to who gave it out.
                let _ = catch_unwind(AssertUnwindSafe(|| self.work(me as usize)));
            } else if looked < PATIENCE {
                looked += 1;
                pause();
            } else {
                self.sleep(seen, me);
                looked = 0;
            }
        }
    }

    /// Until there is another job, or this helper is one too many.
    fn sleep(&self, seen: u32, me: u32) {
        let mut door = locked(&self.door);
        self.asleep.fetch_add(1, SeqCst);
        while self.number.load(SeqCst) == seen && me < self.threads.load(SeqCst) {
            door = wait(&self.bell, door);
        }
        self.asleep.fetch_sub(1, SeqCst);
        drop(door);
    }

    /// Empties the parts of a job, and waits until what was taken is done; whether it went well.
    fn finish(&self, count: u32) -> bool {
        let left = self.parts.iter().map(|part| {
            let empty = Part {
                job: self.number.load(Relaxed),
                next: 0,
                end: 0,
            };
            Part::of(part.swap(empty.number(), SeqCst)).left()
        });
        let taken = count - left.sum::<u32>();
        let mut looked = 0;
        while self.done.load(Acquire) < taken {
            // Natively a helper that panics is heard of when its task has ended.
            if cfg!(target_arch = "wasm32") && self.failed.load(Relaxed) {
                break;
            }
            looked += 1;
            if looked < HURRY {
                pause();
                continue;
            }
            let door = locked(&self.door);
            self.awaited.store(true, SeqCst);
            if self.done.load(SeqCst) < taken && !self.failed.load(SeqCst) {
                drop(wait(&self.end, door));
            }
            self.awaited.store(false, SeqCst);
        }
        let failed = self.failed.swap(false, SeqCst);
        self.busy.store(false, Release);
        !failed
    }
}

/// The end of a job whose own thread panics in a task.
struct End<'a>(&'a Pool, u32);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.finish(self.1);
    }
}

/// The end of a task, however it ends.
struct Done<'a>(&'a Pool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        let Self(pool) = self;
        if std::thread::panicking() {
            pool.failed.store(true, SeqCst);
        }
        pool.done.fetch_add(1, SeqCst);
        if pool.awaited.load(SeqCst) {
            drop(locked(&pool.door));
            pool.end.notify_all();
        }
    }
}

/// Some fifty nanoseconds in which this thread asks nothing of its core or of memory.
fn pause() {
    // WebAssembly has no word for it: a few divisions, each of which waits for the one before.
    if cfg!(target_arch = "wasm32") {
        let mut number = std::hint::black_box(1.0e9f64);
        for _ in 0..10 {
            number /= 1.5;
        }
        std::hint::black_box(number);
    } else {
        std::hint::spin_loop();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'a>(condition: &Condvar, guard: MutexGuard<'a, ()>) -> MutexGuard<'a, ()> {
    condition
        .wait(guard)
        .unwrap_or_else(PoisonError::into_inner)
}
