//! Which containers and codings are let near a hostile file? Those that people upload; FFmpeg knows ten times as many.

use ffmpeg_next::{Codec, codec, decoder};

/// Containers of phones, cameras, recorders and browsers. Playlists, scripts and image sequences stay out: they
/// can name other files.
pub(crate) const FORMATS: &str = "mov,matroska,webm,avi,flv,mpegts,mpeg,asf,ogg,mxf,dv,rm,wav,mp3,flac,aac";

/// More streams than a film on a disc has.
pub(crate) const MOST_STREAMS: u32 = 64;

/// Decoders by FFmpeg's names: what phones, browsers and cameras write, what editors keep, what recorders of screens
/// and of twenty years ago wrote.
pub(crate) const DECODERS: &str = concat!(
    "h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,",
    "mpeg1video,mpeg2video,mpegvideo,mpeg4,h263,h263p,h263i,msmpeg4v1,msmpeg4v2,msmpeg4,mjpeg,dvvideo,",
    "wmv1,wmv2,wmv3,vc1,mss1,mss2,flv,vp6,vp6a,vp6f,flashsv,flashsv2,theora,rv10,rv20,rv30,rv40,",
    "prores,dnxhd,cfhd,ffv1,huffyuv,ffvhuff,utvideo,rawvideo,v210,qtrle,svq1,svq3,cinepak,indeo5,camtasia,tscc2,camstudio,",
    "aac,aac_latm,mp3,mp3float,mp2,mp2float,mp1,mp1float,opus,libopus,vorbis,libvorbis,flac,alac,speex,libspeex,",
    "ac3,eac3,amrnb,amrwb,gsm,gsm_ms,wmav1,wmav2,wmapro,wmavoice,wmalossless,nellymoser,cook,sipr,real_144,real_288,atrac3,",
    "qdm2,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_swf,adpcm_yamaha,",
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,",
    "pcm_f64be,pcm_alaw,pcm_mulaw,pcm_dvd,pcm_bluray",
);

/// The decoder for this coding, if it may be used.
pub(crate) fn decoder(id: codec::Id) -> Option<Codec> {
    decoder::find(id).filter(|found| DECODERS.split(',').any(|name| name == found.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_upload_is_read_and_nothing_else() {
        use codec::Id;
        for id in [
            Id::H264,
            Id::HEVC,
            Id::AV1,
            Id::VP8,
            Id::VP9,
            Id::MPEG4,
            Id::MJPEG,
            Id::WMV3,
            Id::RV40,
            Id::AAC,
            Id::MP3,
            Id::OPUS,
            Id::VORBIS,
            Id::WMAV2,
            Id::AMR_NB,
            Id::AC3,
            Id::COOK,
            Id::GSM_MS,
        ] {
            assert!(decoder(id).is_some(), "{id:?}");
        }
        for id in [Id::PNG, Id::GIF, Id::SMACKVIDEO, Id::ROQ, Id::ASV2, Id::SANM, Id::SPEEDHQ] {
            assert!(decoder(id).is_none(), "{id:?}");
        }
    }

    #[test]
    fn every_name_on_the_list_is_written_as_ffmpeg_writes_it() {
        for name in DECODERS.split(',').filter(|name| !name.starts_with("lib")) {
            assert!(decoder::find_by_name(name).is_some(), "{name}");
        }
    }
}
