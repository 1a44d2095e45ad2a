//! Which server of this machine may a program of the operator's ask? The kernel cannot be told by a path. So each call to
//! connect waits for a thread that stands outside of the fence, looks at the path, and connects in the program's place.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::raw;

/// An address of a file is no longer.
const MOST_ADDRESS_BYTES: u64 = 110;

/// Starts the thread, before the fence goes up; it begins when it is told where the calls wait.
pub(crate) fn begin(socket: &Path) -> mpsc::Sender<OwnedFd> {
    let (told, heard) = mpsc::channel::<OwnedFd>();
    let socket = socket.to_owned();
    thread::spawn(move || {
        if let Ok(listener) = heard.recv() {
            keep(&listener, &socket);
        }
    });
    told
}

/// Answers until this process ends.
fn keep(listener: &OwnedFd, socket: &Path) {
    loop {
        let Ok(call) = raw::next_call(listener.as_fd()) else {
            // Who asked was ended meanwhile, or nobody is left who could.
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        let asked = address_of(&call).filter(|asked| asked == socket);
        let opened = asked.and_then(|_| UnixStream::connect(socket).ok());
        let number = u32::try_from(call.data.args[0]).unwrap_or(u32::MAX);
        let is_open =
            opened.is_some_and(|opened| raw::put_in_place(listener.as_fd(), &call, opened.as_fd(), number).is_ok());
        // One that is gone needs no answer.
        let _ = raw::answer(listener.as_fd(), &call, if is_open { 0 } else { libc::EACCES });
    }
}

/// The file that a call wants to connect to.
fn address_of(call: &libc::seccomp_notif) -> Option<PathBuf> {
    let [_, at, length, ..] = call.data.args;
    let mut bytes = vec![0; usize::try_from(length.min(MOST_ADDRESS_BYTES)).ok()?];
    File::open(format!("/proc/{}/mem", call.pid)).ok()?.read_exact_at(&mut bytes, at).ok()?;
    let (family, path) = bytes.split_first_chunk::<2>()?;
    let path = path.split(|byte| *byte == 0).next().filter(|path| !path.is_empty())?;
    let is_file = i32::from(u16::from_ne_bytes(*family)) == libc::AF_UNIX;
    is_file.then(|| PathBuf::from(OsStr::from_bytes(path)))
}
