//! What may a job touch? Its source, its folder, and the few calls of the kernel that encoding needs; nothing else.
//!
//! A hostile file that takes over a decoder finds no other file, no network, no other process and no new program.
//! The fence holds the calling thread and all that it starts later, so it goes up before any other thread.

use std::collections::BTreeMap;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope,
};
use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use crate::job::Failure;

/// The newest kernel interface known here; an older kernel enforces what it knows, one without Landlock nothing of it.
const KNOWN: ABI = ABI::V6;

/// Shuts this thread in with `sources` to read and `folder` to write.
pub(crate) fn shut_in<'a>(sources: impl Iterator<Item = &'a Path>, folder: Option<&Path>) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::internal(format!("confining this process: {error}"));
    fence_files(sources, folder).map_err(|error| failed(&error))?;
    let program = allowed_calls().map_err(|error| failed(&error))?;
    seccompiler::apply_filter(&program).map_err(|error| failed(&error))
}

/// Whether this kernel fences files at all: one from before Landlock (5.13), or set up without it, does not.
pub(crate) fn is_enforced() -> bool {
    let tried = std::thread::spawn(|| {
        let fence = Ruleset::default().handle_access(AccessFs::from_all(KNOWN)).and_then(Ruleset::create);
        fence.and_then(|fence| fence.restrict_self()).is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
    });
    tried.join().unwrap_or(false)
}

fn fence_files<'a>(
    sources: impl Iterator<Item = &'a Path>,
    folder: Option<&Path>,
) -> Result<(), landlock::RulesetError> {
    let mut fence = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?;
    // What cannot be opened cannot be allowed either; the job itself then says what is missing.
    for source in sources.filter_map(|source| PathFd::new(source).ok()) {
        fence = fence.add_rule(PathBeneath::new(source, AccessFs::ReadFile))?;
    }
    if let Some(folder) = folder.and_then(|folder| PathFd::new(folder).ok()) {
        fence = fence.add_rule(PathBeneath::new(folder, inside_the_folder()))?;
    }
    fence.restrict_self()?;
    Ok(())
}

fn inside_the_folder() -> BitFlags<AccessFs> {
    AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::RemoveFile
}

/// Every other call answers "not implemented", for which the C library has older ways where there are any.
fn allowed_calls() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        CALLS.iter().chain(CALLS_OF_THIS_PROCESSOR).map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_clone, vec![threads_only()?]);
    let own_id = u64::from(std::process::id());
    rules.insert(libc::SYS_kill, vec![only(0, SeccompCmpArgLen::Dword, own_id)?]);
    rules.insert(libc::SYS_tgkill, vec![only(0, SeccompCmpArgLen::Dword, own_id)?]);
    let name = libc::PR_SET_NAME.unsigned_abs().into();
    rules.insert(libc::SYS_prctl, vec![only(0, SeccompCmpArgLen::Dword, name)?]);
    // Limits may be read, not set: root could raise them again.
    rules.insert(libc::SYS_prlimit64, vec![only(2, SeccompCmpArgLen::Qword, 0)?]);
    // Not the commands by which a file sends signals to any process.
    let commands = [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC];
    let commands = commands.into_iter().map(|each| only(1, SeccompCmpArgLen::Dword, each.unsigned_abs().into()));
    rules.insert(libc::SYS_fcntl, commands.collect::<Result<_, _>>()?);
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    SeccompFilter::new(rules, unknown, SeccompAction::Allow, TargetArch::try_from(std::env::consts::ARCH)?)?.try_into()
}

/// The call with this one value as its argument of that number.
fn only(argument: u8, length: SeccompCmpArgLen, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(argument, length, SeccompCmpOp::Eq, value)?])
}

/// A new thread, never a new process or namespace. (`clone3` hides its flags from a filter and stays out.)
fn threads_only() -> Result<SeccompRule, seccompiler::BackendError> {
    let flag = libc::CLONE_THREAD.unsigned_abs().into();
    SeccompRule::new(vec![SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(flag), flag)?])
}

const CALLS: &[c_long] = &[
    // Files that the fence of files lets through.
    libc::SYS_openat,
    libc::SYS_close,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getdents64,
    libc::SYS_readlinkat,
    libc::SYS_unlinkat,
    libc::SYS_getcwd,
    libc::SYS_dup,
    libc::SYS_ppoll,
    // Memory.
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    // Threads, signals and the end.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_getpgid,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_membarrier,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // Time, chance, and what machine this is.
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_getrandom,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_geteuid,
    libc::SYS_getuid,
];

/// Older names of the same, which only this processor's kernel has.
#[cfg(target_arch = "x86_64")]
const CALLS_OF_THIS_PROCESSOR: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_unlink,
    libc::SYS_poll,
    libc::SYS_time,
    libc::SYS_arch_prctl,
    libc::SYS_getpgrp,
];
#[cfg(not(target_arch = "x86_64"))]
const CALLS_OF_THIS_PROCESSOR: &[c_long] = &[];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::TcpStream;
    use std::process::Command;

    use super::*;

    /// Runs `work` on a thread that is shut in; the fence ends with the thread.
    fn shut_in_then<T: Send>(source: &Path, folder: &Path, work: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let inside = scope.spawn(|| {
                shut_in([source].into_iter(), Some(folder)).unwrap();
                work()
            });
            inside.join().unwrap()
        })
    }

    #[test]
    fn only_the_source_and_the_folder_are_within_reach() {
        let around = tempfile::tempdir().unwrap();
        let (source, folder) = (around.path().join("talk.mp4"), around.path().join("out"));
        let secret = around.path().join("secret");
        fs::write(&source, "a talk").unwrap();
        fs::write(&secret, "not for you").unwrap();
        fs::create_dir(&folder).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        shut_in_then(&source, &folder, || {
            assert_eq!(fs::read(&source).unwrap(), b"a talk");
            fs::write(folder.join("made"), "made").unwrap();
            fs::remove_file(folder.join("made")).unwrap();
            assert!(fs::read(&secret).is_err(), "another file is read");
            assert!(fs::read("/etc/passwd").is_err(), "the system's files are read");
            assert!(fs::write(&source, "changed").is_err(), "the source is written");
            assert!(fs::write(around.path().join("beside"), "").is_err(), "a file is made beside the folder");
            assert!(TcpStream::connect(address).is_err(), "the network is reached");
            assert!(Command::new("/bin/true").spawn().is_err(), "a program is started");
            std::thread::spawn(|| assert!(fs::read("/etc/passwd").is_err())).join().unwrap();
        });
        assert!(TcpStream::connect(address).is_ok(), "outside the fence all is as before");
    }
}
