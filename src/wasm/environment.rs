//! What the device tells about itself, without asking anybody.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::units::Locale;

/// Returns `{ locale, online }`: the first of the person's languages that the
/// crate speaks (`zh-CN` when there is none), and whether the device believes
/// that it has a network; `null` where there is no window, as in Node.
#[wasm_bindgen]
pub fn environment() -> JsValue {
    let navigator = web_sys::window().map(|window| window.navigator());
    let languages = navigator.as_ref().map(web_sys::Navigator::languages);
    let tags = languages.iter().flat_map(js_sys::Array::iter);
    let locale = tags
        .filter_map(|tag| tag.as_string())
        .find_map(|tag| spoken(&tag));
    let online = navigator.map(|navigator| navigator.on_line());
    let answer = Object::new();
    let locale = locale.unwrap_or(Locale::ZhCn).as_str();
    for (name, value) in [
        ("locale", JsValue::from(locale)),
        ("online", online.map_or(JsValue::NULL, JsValue::from)),
    ] {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&answer, &name.into(), &value);
    }
    answer.into()
}

/// The locale for a language tag, by its primary language.
fn spoken(tag: &str) -> Option<Locale> {
    match tag.split('-').next()? {
        "zh" => Some(Locale::ZhCn),
        "en" => Some(Locale::En),
        _ => None,
    }
}
