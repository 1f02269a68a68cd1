//! What the machine does while we measure: time, memory of a process, and the load of others.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

/// A stopwatch. Benches are the one place beside the daemon's clock that may look at the time.
pub(crate) struct Watch(std::time::Instant);

impl Watch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    pub(crate) fn start() -> Watch {
        Watch(std::time::Instant::now())
    }

    /// The time since.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Processor time so far, in clock ticks.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    busy: u64,
    idle: u64,
    own: u64,
}

impl Load {
    /// As the kernel has it.
    pub(crate) fn now() -> Load {
        let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
        let first = stat.lines().next().unwrap_or("");
        let ticks: Vec<u64> =
            first.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
        let at = |index: usize| ticks.get(index).copied().unwrap_or(0);
        // user, nice, system, idle, iowait, irq, softirq, steal
        Load {
            busy: at(0) + at(1) + at(2) + at(5) + at(6) + at(7),
            idle: at(3) + at(4),
            own: own_ticks(),
        }
    }
}

/// Our own time and that of children that have ended.
fn own_ticks() -> u64 {
    // utime, stime, cutime, cstime are the 14th to 17th field.
    ticks("self", 14..18)
}

/// These fields of a process's `stat`, counted from 1 as in proc(5), added up.
fn ticks(process: &str, fields: std::ops::Range<usize>) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field is the name, which may have spaces and brackets of its own.
    let after_name = stat.rsplit(')').next().unwrap_or("");
    let all: Vec<&str> = after_name.split_whitespace().collect();
    fields.filter_map(|field| all.get(field - 3)?.parse::<u64>().ok()).sum()
}

/// Ticks of a second: Linux tells processor times in hundredths on every machine.
const TICKS_A_SECOND: f64 = 100.0;

/// Processor time that a process has used so far, in seconds; it moves in hundredths.
pub(crate) fn processor_seconds(pid: u32) -> f64 {
    // utime and stime
    ticks(&pid.to_string(), 14..16) as f64 / TICKS_A_SECOND
}

/// Processor time that this thread has used so far, in seconds.
pub(crate) fn thread_seconds() -> f64 {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_THREAD) else { return 0.0 };
    let times = [usage.user_time(), usage.system_time()];
    times.iter().map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6).sum()
}

/// How much of the machine was used by others since `before`, in percent.
pub(crate) fn others_percent(before: Load) -> f64 {
    let now = Load::now();
    let busy = now.busy.saturating_sub(before.busy);
    let total = busy + now.idle.saturating_sub(before.idle);
    let others = busy.saturating_sub(now.own.saturating_sub(before.own));
    if total == 0 { 0.0 } else { others as f64 * 100.0 / total as f64 }
}

/// Memory of a process that stands in RAM, in MiB.
pub(crate) fn resident_mib(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or("");
    let kib: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    kib / 1024.0
}
