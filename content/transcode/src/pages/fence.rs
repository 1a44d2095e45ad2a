//! What may converters touch? The system's programs and fonts to read and run, the source to read, one folder to write;
//! no network, no other process, nothing that they wrote themselves to run.
//!
//! Decoders have a narrower fence (`fence.rs`), within which nothing is started at all. Here the list names what is
//! refused, because nobody can list what LibreOffice calls.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use crate::job::Failure;

const KNOWN: ABI = ABI::V6;

/// Programs, libraries and fonts.
const PROGRAMS: [&str; 6] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32"];
/// How they are set up.
const SETTINGS: [&str; 5] =
    ["/etc/fonts", "/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig"];
const SINGLE_FILES: [&str; 5] = ["/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/zero", "/dev/null"];

/// What is within reach besides the system's programs and fonts.
pub(crate) struct Reach<'a> {
    pub(crate) source: &'a Path,
    pub(crate) folder: &'a Path,
    /// Files and folders to read and to run.
    pub(crate) programs: Vec<PathBuf>,
    /// Files and folders to read.
    pub(crate) reads: &'a [PathBuf],
    /// Whether calls to connect to servers of this machine get further: to the doorkeeper.
    pub(crate) may_connect: bool,
}

/// Shuts this thread, and all that it starts later, in. Gives whether files are fenced: an older kernel cannot do that.
pub(crate) fn shut_in(reach: &Reach<'_>) -> Result<bool, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::internal(format!("confining the converters: {error}"));
    let is_fenced = fence_files(reach).map_err(|error| failed(&error))?;
    let program = refused_calls(reach.may_connect).map_err(|error| failed(&error))?;
    seccompiler::apply_filter(&program).map_err(|error| failed(&error))?;
    Ok(is_fenced)
}

/// Regular files, and the folders and the socket of a program's own: no link to what lies outside, and no device.
fn inside_the_folder() -> BitFlags<AccessFs> {
    AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::MakeSock
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer
}

fn fence_files(reach: &Reach<'_>) -> Result<bool, RulesetError> {
    let mut fence = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?;
    for path in PROGRAMS.iter().map(Path::new).chain(reach.programs.iter().map(PathBuf::as_path)) {
        fence = allow(fence, path, AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute)?;
    }
    for path in SETTINGS.iter().map(Path::new).chain(reach.reads.iter().map(PathBuf::as_path)) {
        fence = allow(fence, path, AccessFs::ReadFile | AccessFs::ReadDir)?;
    }
    for path in SINGLE_FILES {
        fence = allow(fence, Path::new(path), AccessFs::ReadFile.into())?;
    }
    fence = allow(fence, Path::new("/dev/null"), AccessFs::WriteFile.into())?;
    fence = allow(fence, reach.source, AccessFs::ReadFile.into())?;
    fence = allow(fence, reach.folder, inside_the_folder())?;
    Ok(fence.restrict_self()?.ruleset != RulesetStatus::NotEnforced)
}

/// What cannot be opened cannot be allowed either; whoever needs it says so. A file has no use for the rights of a folder.
fn allow(fence: RulesetCreated, path: &Path, rights: BitFlags<AccessFs>) -> Result<RulesetCreated, RulesetError> {
    let rights = if path.is_file() { rights & AccessFs::from_file(KNOWN) } else { rights };
    match PathFd::new(path) {
        Ok(opened) => fence.add_rule(PathBeneath::new(opened, rights)),
        Err(_) => Ok(fence),
    }
}

/// The folder that LibreOffice is installed in, wherever it is: `…/program/soffice` lies in it.
pub(super) fn home_of(office: &Path) -> Option<PathBuf> {
    let program = office.canonicalize().ok()?;
    let folder = program.parent()?;
    if folder.ends_with("program") { folder.parent().map(Path::to_owned) } else { Some(folder.to_owned()) }
}

/// What is refused is answered with "not implemented", for which C libraries have other ways.
fn refused_calls(may_connect: bool) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> = BTreeMap::new();
    for call in NEVER.iter().chain(NEVER_ON_THIS_PROCESSOR) {
        rules.insert(*call, Vec::new());
    }
    // A converter ends with the thread that waits for it, and cannot take that back.
    let keeps = condition(0, Length::Dword, Op::Eq, number(libc::PR_SET_PDEATHSIG))?;
    rules.insert(
        libc::SYS_prctl,
        vec![SeccompRule::new(vec![keeps, condition(1, Length::Qword, Op::Ne, number(libc::SIGKILL))?])?],
    );
    // Sockets between their own threads and processes, to nobody else: other servers of this machine listen on files.
    rules.insert(libc::SYS_socket, vec![rule(0, Length::Dword, Op::Ne, number(libc::AF_UNIX))?]);
    rules.insert(libc::SYS_sendto, vec![rule(4, Length::Qword, Op::Ne, 0)?]);
    let spaces = SPACES.iter().map(|flag| rule(0, Length::Qword, Op::MaskedEq(number(*flag)), number(*flag)));
    rules.insert(libc::SYS_clone, spaces.collect::<Result<_, _>>()?);
    // This process ends its own group, nobody else anything.
    let own = std::process::id();
    let signals = [own, own.wrapping_neg(), 0].map(|to| condition(0, Length::Dword, Op::Ne, to.into()));
    rules.insert(libc::SYS_kill, vec![SeccompRule::new(signals.into_iter().collect::<Result<_, _>>()?)?]);
    rules.insert(libc::SYS_tgkill, vec![rule(0, Length::Dword, Op::Ne, own.into())?]);
    // Limits may be read, not set: root could raise them again.
    rules.insert(libc::SYS_prlimit64, vec![rule(2, Length::Qword, Op::Ne, 0)?]);
    let owners = [libc::F_SETOWN, F_SETOWN_EX, F_SETSIG].map(|to| rule(1, Length::Dword, Op::Eq, number(to)));
    rules.insert(libc::SYS_fcntl, owners.into_iter().collect::<Result<_, _>>()?);
    // LibreOffice puts a socket into /tmp where that may be written; told that it may not, it takes the folder it was given.
    let asks_to_write = |argument| rule(argument, Length::Dword, Op::Eq, number(libc::W_OK));
    rules.insert(libc::SYS_faccessat, vec![asks_to_write(2)?]);
    rules.insert(libc::SYS_faccessat2, vec![asks_to_write(2)?]);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_access, vec![asks_to_write(1)?]);
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let target = TargetArch::try_from(std::env::consts::ARCH)?;
    let mut rules = with_twins(rules);
    if may_connect {
        // Its twin stays refused: the doorkeeper does not see it.
        rules.remove(&libc::SYS_connect);
    }
    SeccompFilter::new(rules, SeccompAction::Allow, unknown, target)?.try_into()
}

/// The same calls by the numbers of x32, which this kernel may offer beside its own.
fn with_twins(rules: BTreeMap<c_long, Vec<SeccompRule>>) -> BTreeMap<c_long, Vec<SeccompRule>> {
    const X32: c_long = 0x4000_0000;
    if !cfg!(target_arch = "x86_64") {
        return rules;
    }
    let twins: Vec<_> = rules.iter().map(|(call, rules)| (call | X32, rules.clone())).collect();
    rules.into_iter().chain(twins).collect()
}

fn condition(argument: u8, length: Length, how: Op, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, length, how, value)
}

fn rule(argument: u8, length: Length, how: Op, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![condition(argument, length, how, value)?])
}

fn number(value: i32) -> u64 {
    value.unsigned_abs().into()
}

const F_SETSIG: i32 = 10;
const F_SETOWN_EX: i32 = 15;

const SPACES: &[i32] = &[
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

const NEVER: &[c_long] = &[
    // To servers.
    libc::SYS_connect,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // It hides its flags from a filter; C libraries fall back on `clone`.
    libc::SYS_clone3,
    // To other processes, or out of the group that is ended with the job.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_setrlimit,
    libc::SYS_setpriority,
    // Other views of the file system.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_mount_setattr,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_mknodat,
    // What a link leads to lies outside.
    libc::SYS_symlinkat,
    // The kernel's own doors.
    libc::SYS_bpf,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_personality,
    libc::SYS_syslog,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
];

#[cfg(target_arch = "x86_64")]
const NEVER_ON_THIS_PROCESSOR: &[c_long] = &[
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_mknod,
    libc::SYS_symlink,
    libc::SYS_kexec_file_load,
];
#[cfg(not(target_arch = "x86_64"))]
const NEVER_ON_THIS_PROCESSOR: &[c_long] = &[];

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::process::Command;

    use super::*;

    /// What a program says of its own, run behind the fence on a thread of its own.
    fn outcomes(around: &Path) -> Vec<(&'static str, bool)> {
        let (source, folder, shared) = (around.join("deck.pdf"), around.join("out"), vec![around.join("models")]);
        std::fs::create_dir(&shared[0]).unwrap();
        std::fs::write(shared[0].join("small"), "a model").unwrap();
        std::fs::write(&source, "a deck").unwrap();
        std::fs::write(around.join("secret"), "not for you").unwrap();
        std::fs::create_dir(&folder).unwrap();
        let neighbor = around.join("neighbor");
        let _listening = std::os::unix::net::UnixListener::bind(&neighbor).unwrap();
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        std::thread::scope(|scope| {
            let inside = scope.spawn(|| {
                let reach =
                    Reach { source: &source, folder: &folder, programs: vec![], reads: &shared, may_connect: false };
                assert!(shut_in(&reach).unwrap(), "this kernel has no Landlock");
                let runs = |program: &str, argument: &Path| {
                    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
                };
                let script = folder.join("script");
                std::fs::write(&script, "#!/bin/sh\n").unwrap();
                std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
                vec![
                    ("a program reads the source", runs("cat", &source)),
                    ("a program writes into the folder", runs("touch", &folder.join("made"))),
                    ("a program reads what the operator names", runs("cat", &shared[0].join("small"))),
                    ("what the operator names is written", std::fs::write(shared[0].join("small"), "mine").is_ok()),
                    ("another file is read", runs("cat", &around.join("secret"))),
                    ("the accounts are read", runs("cat", Path::new("/etc/passwd"))),
                    ("a file is made beside the folder", runs("touch", &around.join("beside"))),
                    ("the source is written", std::fs::write(&source, "changed").is_ok()),
                    ("what was written is run", Command::new(&script).output().is_ok()),
                    ("a link is made", std::os::unix::fs::symlink("/etc/passwd", folder.join("link")).is_ok()),
                    ("a pipe is made", runs("mkfifo", &folder.join("pipe"))),
                    ("a file is linked to", std::fs::hard_link(around.join("secret"), folder.join("hard")).is_ok()),
                    ("a network is reached", std::net::TcpStream::connect(address).is_ok()),
                    ("a server of this machine is reached", UnixStream::connect(&neighbor).is_ok()),
                    ("another process is signaled", runs("kill", Path::new(&std::process::id().to_string()))),
                ]
            });
            inside.join().unwrap()
        })
    }

    #[test]
    fn converters_reach_programs_the_source_and_the_folder_alone() {
        let around = tempfile::tempdir().unwrap();
        let found = outcomes(around.path());
        let (may, may_not) = found.split_at(3);
        assert!(may.iter().all(|(_, happens)| *happens), "{may:?}");
        assert!(may_not.iter().all(|(_, happens)| !*happens), "{may_not:?}");
    }
}
