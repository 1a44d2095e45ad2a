//! How is a program of the operator's run on a file that may be hostile? Behind the converters' fence, with what the operator
//! allows besides, and never longer than it may.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::confine;
use crate::doorkeeper;
use crate::job::{Event, Failure, Ran, Run, While};
use crate::pages::fence::{self, Reach};
use crate::pages::programs::Converters;
use crate::raw;

/// How often the parent is told that it goes on: it ends what falls silent.
const PULSE: Duration = Duration::from_secs(30);

/// Shuts this process in and runs the program to its end.
///
/// # Errors
/// `NoConverter` when it is not there, `TooSlow` when it is not done in time.
pub(crate) fn run_confined(job: &Run, say: &mut dyn FnMut(&Event)) -> Result<Event, Failure> {
    confine::outlive_parent()?;
    // Of so many processors at most; the wall clock is held besides.
    confine::limit_converters(job.limits, job.most_ms / 1000 * 64 + 60)?;
    let folder = crate::claim(&job.folder)?;
    let door = job.socket.as_deref().map(doorkeeper::begin);
    let reach = Reach {
        source: &job.source,
        folder: &folder,
        programs: vec![job.program.clone()],
        reads: &job.reads,
        may_connect: job.socket.is_some(),
    };
    fence::shut_in(&reach)?;
    confine::hold(std::io::stdin())?;
    let (told, ended) = mpsc::channel();
    thread::scope(|scope| {
        let running = scope.spawn(move || {
            if let Some(door) = door {
                let listener = raw::wait_before_connecting().during("watching over connections")?;
                let _ = door.send(listener);
            }
            let most = Duration::from_millis(job.most_ms);
            let said = Converters::new(&folder).run(&job.program, &job.arguments, most, job.most_bytes);
            let _ = told.send(());
            said
        });
        while ended.recv_timeout(PULSE) == Err(mpsc::RecvTimeoutError::Timeout) {
            say(&Event::Progress { percent: 0.0 });
        }
        let said = running.join().map_err(|_| Failure::internal("running a program panicked"))??;
        Ok(Event::Ran(Ran { code: said.code, out: said.text(), complaint: said.complaint }))
    })
}
