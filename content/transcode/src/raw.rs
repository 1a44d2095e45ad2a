//! What does FFmpeg offer that its safe wrapper does not? All of this crate's unsafe code, and nothing else.
#![expect(unsafe_code, reason = "a few calls have no safe counterpart in ffmpeg-next")]

use std::ffi::{CStr, c_char};

use ffmpeg_next::{Codec, Dictionary, Error, codec, encoder, ffi, filter, frame};

use crate::job::{Failure, While};

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
