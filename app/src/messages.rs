//! How is it said? One function a message, made from `app/messages` by the build: `messages::sign_in(lang)`.

use crate::wire::Lang;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
