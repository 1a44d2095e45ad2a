//! What do FFmpeg and the system offer that their safe wrappers do not? All of this crate's unsafe code, and nothing else.
#![expect(unsafe_code, reason = "a few calls have no safe counterpart in ffmpeg-next and in std")]

use std::ffi::{CStr, c_char};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use ffmpeg_next::{Codec, Dictionary, Error, codec, encoder, ffi, filter, frame};
use rustix::process::{Signal, set_parent_process_death_signal};

use crate::job::{Failure, While};

/// Has a program that is started later be ended with the thread that starts it.
pub(crate) fn end_with_this_thread(command: &mut Command) {
    let ask = || set_parent_process_death_signal(Some(Signal::KILL)).map_err(std::io::Error::from);
    // SAFETY: in the new process, before it becomes the program, this makes one call of the kernel and takes no memory.
    unsafe { command.pre_exec(ask) };
}

/// Has this thread, and all that it starts later, wait at each call to connect; gives where those calls are answered.
pub(crate) fn wait_before_connecting() -> std::io::Result<OwnedFd> {
    let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    let connect = u32::try_from(libc::SYS_connect).unwrap_or(u32::MAX);
    // Load the number of the call; is it this one? ask; else allow.
    let steps = [
        step(0x20, 0, 0, 0),
        step(0x15, 0, 1, connect),
        step(0x06, 0, 0, libc::SECCOMP_RET_USER_NOTIF),
        step(0x06, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: 4, filter: steps.as_ptr().cast_mut() };
    let (mode, how) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
    // SAFETY: the program is live for the call, which copies it.
    let opened = unsafe { libc::syscall(libc::SYS_seccomp, mode, how, &raw const program) };
    match i32::try_from(opened) {
        // SAFETY: the call has just opened it, for us alone.
        Ok(opened) if opened >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(opened) }),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// The next call that waits.
pub(crate) fn next_call(listener: BorrowedFd<'_>) -> std::io::Result<libc::seccomp_notif> {
    // SAFETY: it is made of numbers, and the kernel wants it empty.
    let mut call: libc::seccomp_notif = unsafe { std::mem::zeroed() };
    ask(listener, libc::SECCOMP_IOCTL_NOTIF_RECV, &mut call).map(|()| call)
}

/// Puts `file` in the place of the caller's descriptor of that number.
pub(crate) fn put_in_place(
    listener: BorrowedFd<'_>,
    call: &libc::seccomp_notif,
    file: BorrowedFd<'_>,
    number: u32,
) -> std::io::Result<()> {
    let mut placing = libc::seccomp_notif_addfd {
        id: call.id,
        flags: u32::try_from(libc::SECCOMP_ADDFD_FLAG_SETFD).unwrap_or_default(),
        srcfd: u32::try_from(file.as_raw_fd()).unwrap_or(u32::MAX),
        newfd: number,
        newfd_flags: 0,
    };
    ask(listener, libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut placing)
}

/// Lets a call that waits go on, as done or with an error's number.
pub(crate) fn answer(listener: BorrowedFd<'_>, call: &libc::seccomp_notif, error: i32) -> std::io::Result<()> {
    let mut answer = libc::seccomp_notif_resp { id: call.id, val: 0, error: -error, flags: 0 };
    ask(listener, libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer)
}

fn ask<T>(listener: BorrowedFd<'_>, what: libc::Ioctl, about: &mut T) -> std::io::Result<()> {
    // SAFETY: each of the callers above gives the type that this request reads and writes.
    let done = unsafe { libc::ioctl(listener.as_raw_fd(), what, std::ptr::from_mut(about)) };
    if done < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// Opens a video encoder and refuses options it does not know, which the wrapper drops in silence.
pub(crate) fn open_video(
    mut encoder: encoder::video::Video,
    codec: Codec,
    options: Dictionary<'_>,
) -> Result<encoder::video::Encoder, Failure> {
    open(encoder.as_mut(), codec, options)?;
    Ok(encoder::video::Encoder(encoder))
}

/// Opens a sound encoder; as strict as [`open_video`].
pub(crate) fn open_audio(
    mut encoder: encoder::audio::Audio,
    codec: Codec,
    options: Dictionary<'_>,
) -> Result<encoder::audio::Encoder, Failure> {
    open(encoder.as_mut(), codec, options)?;
    Ok(encoder::audio::Encoder(encoder))
}

fn open(context: &mut codec::Context, codec: Codec, options: Dictionary<'_>) -> Result<(), Failure> {
    // SAFETY: the context and the codec are live for the call; the dictionary is given up, replaced by FFmpeg with
    // what it did not use, and owned again before anything can return.
    let (code, unused) = unsafe {
        let mut options = options.disown();
        let code = ffi::avcodec_open2(context.as_mut_ptr(), codec.as_ptr(), &raw mut options);
        (code, Dictionary::own(options))
    };
    if code < 0 {
        return Err(Error::from(code)).during("opening an encoder");
    }
    refuse_unused(&unused, codec.name())
}

/// Fails if FFmpeg left an option unused: a misspelled option must not become a silent default.
pub(crate) fn refuse_unused(unused: &Dictionary<'_>, by: &str) -> Result<(), Failure> {
    match unused.iter().next() {
        Some((name, _)) => Err(Failure::internal(format!("{by} does not know the option {name}"))),
        None => Ok(()),
    }
}

/// Bounds the threads of a filter graph; must be called before filters are added.
pub(crate) fn limit_graph_threads(graph: &mut filter::Graph, threads: usize) {
    let threads = i32::try_from(threads).unwrap_or(1);
    // SAFETY: the graph is live and borrowed exclusively; the field is documented as settable by the caller.
    unsafe { (*graph.as_mut_ptr()).nb_threads = threads }
}

/// The name of a frame's channel layout; a layout without an order gets the usual one for its count.
pub(crate) fn channel_layout_name(frame: &frame::Audio) -> Result<String, Failure> {
    let mut name: [c_char; 128] = [0; 128];
    // SAFETY: the frame is live; `usual` is plain data that owns nothing; the name is written with its length
    // known and is read only if the call says that it fits with its terminating zero.
    unsafe {
        let frame = frame.as_ptr();
        let mut usual: ffi::AVChannelLayout = std::mem::zeroed();
        let mut layout = &raw const (*frame).ch_layout;
        if (*layout).order == ffi::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC {
            ffi::av_channel_layout_default(&raw mut usual, (*layout).nb_channels);
            layout = &raw const usual;
        }
        let needed = ffi::av_channel_layout_describe(layout, name.as_mut_ptr(), name.len());
        if needed < 0 || usize::try_from(needed).is_ok_and(|needed| needed > name.len()) {
            return Err(Failure::internal("a channel layout without a name"));
        }
        Ok(CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned())
    }
}

/// Width and height of a video stream as its container or its first pictures tell them; 0 if they do not.
pub(crate) fn stored_size(parameters: &codec::Parameters) -> (u32, u32) {
    // SAFETY: the parameters are live, and these fields are plain numbers for every kind of stream.
    let (width, height) = unsafe {
        let parameters = parameters.as_ptr();
        ((*parameters).width, (*parameters).height)
    };
    (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0))
}

/// What an open encoder says of all that it will write: parameter sets, a sequence header, a head.
pub(crate) fn extradata(context: &codec::Context) -> Vec<u8> {
    // SAFETY: the context is live; its extradata are owned by it and as long as it says.
    unsafe {
        let context = context.as_ptr();
        let length = usize::try_from((*context).extradata_size).unwrap_or(0);
        if (*context).extradata.is_null() || length == 0 {
            return Vec::new();
        }
        std::slice::from_raw_parts((*context).extradata, length).to_vec()
    }
}

/// How many samples an open encoder of sound puts before the first.
pub(crate) fn initial_padding(context: &codec::Context) -> u32 {
    // SAFETY: the context is live, and the field is a plain number.
    u32::try_from(unsafe { (*context.as_ptr()).initial_padding }).unwrap_or(0)
}

unsafe extern "C" {
    /// glibc's: what threads are like that are started without asking for anything.
    fn pthread_setattr_default_np(attributes: *const libc::pthread_attr_t) -> libc::c_int;
}

/// Makes this process small and quiet: encoders start a hundred threads, each of which would reserve 8 MiB of stack
/// and a share of the heap, and one prints its settings. Must be called before any thread starts.
pub(crate) fn settle() {
    const STACK_BYTES: usize = 2 << 20;
    const HEAPS: libc::c_int = 2;
    // SAFETY: called first in `main`, when this process has one thread; the attributes are made and destroyed here.
    unsafe {
        std::env::set_var("SVT_LOG", "1");
        libc::mallopt(libc::M_ARENA_MAX, HEAPS);
        let mut attributes = std::mem::MaybeUninit::uninit();
        if libc::pthread_attr_init(attributes.as_mut_ptr()) == 0 {
            libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), STACK_BYTES);
            pthread_setattr_default_np(attributes.as_ptr());
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
    }
}
