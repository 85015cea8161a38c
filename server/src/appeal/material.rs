//! What may be handed in with an appeal, judged by its bytes.
//!
//! A document has no name here and no path: nothing can be smuggled in one. It
//! is what it says, from its first byte to its last, so that nothing hangs on
//! to it; nobody opens it in this process; it is kept sealed, and given to
//! staff as a download.

/// The most bytes of a document.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// The most documents of an appeal.
pub(crate) const MOST_DOCUMENTS: i64 = 5;

/// The kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Material {
    Jpeg,
    Pdf,
    Png,
}

impl Material {
    /// All of them.
    pub(crate) const ALL: [Material; 3] = [Material::Jpeg, Material::Pdf, Material::Png];

    /// The media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Material::Jpeg => "image/jpeg",
            Material::Pdf => "application/pdf",
            Material::Png => "image/png",
        }
    }

    /// The kind with this media type.
    pub(crate) fn parse(media_type: &str) -> Option<Material> {
        let mut all = Material::ALL.into_iter();
        all.find(|one| one.media_type().eq_ignore_ascii_case(media_type))
    }

    /// Whether bytes are a whole document of this kind, and nothing besides.
    pub(crate) fn is(self, bytes: &[u8]) -> bool {
        match self {
            // From "start of image" to "end of image".
            Material::Jpeg => {
                bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.ends_with(&[0xff, 0xd9])
            }
            Material::Pdf => is_pdf(bytes),
            Material::Png => is_png(bytes),
        }
    }
}

/// A PDF ends with its marker and at most a line's end.
fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF")
}

/// A PNG is its signature and chunks, `IHDR` first and `IEND` last, each as long
/// as it says.
fn is_png(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") else {
        return false;
    };
    let mut is_first = true;
    loop {
        let Some((length, after)) = rest.split_first_chunk::<4>() else {
            return false;
        };
        let Some((kind, after)) = after.split_first_chunk::<4>() else {
            return false;
        };
        // The data and four bytes of checksum.
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let Some(after) = after.get(length.saturating_add(4)..) else {
            return false;
        };
        if is_first != (kind == b"IHDR") {
            return false;
        }
        if kind == b"IEND" {
            return after.is_empty();
        }
        (rest, is_first) = (after, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(tail: &[u8]) -> Vec<u8> {
        let chunk = |kind: &[u8; 4], data: &[u8]| {
            let length = u32::try_from(data.len()).expect("short").to_be_bytes();
            [&length[..], kind, data, &[0; 4]].concat()
        };
        let parts = [
            chunk(b"IHDR", &[0; 13]),
            chunk(b"IDAT", &[1]),
            chunk(b"IEND", &[]),
        ];
        [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat(), tail].concat()
    }

    #[test]
    fn a_document_is_what_it_says_from_its_first_byte_to_its_last() {
        use Material::{Jpeg, Pdf, Png};
        let archive = b"PK\x03\x04";
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF".as_slice();
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 0xff, 0xd9].as_slice();
        for (kind, bytes, expected, why) in [
            (Pdf, pdf.to_vec(), true, "a document"),
            (
                Pdf,
                [pdf, b"\r\n"].concat(),
                true,
                "the end of its last line",
            ),
            (Pdf, [pdf, archive].concat(), false, "an archive behind it"),
            (
                Pdf,
                [b"<html>".as_slice(), pdf].concat(),
                false,
                "a page before it",
            ),
            (Pdf, b"%PDF-1.7".to_vec(), false, "half of it"),
            (Jpeg, jpeg.to_vec(), true, "a picture"),
            (
                Jpeg,
                [jpeg, archive].concat(),
                false,
                "an archive behind it",
            ),
            (Jpeg, pdf.to_vec(), false, "something else"),
            (Png, png(b""), true, "a picture"),
            (Png, png(archive), false, "an archive behind it"),
            (Png, png(b"")[..40].to_vec(), false, "half of it"),
            (
                Png,
                b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR".to_vec(),
                false,
                "a chunk beyond the end",
            ),
            (Png, Vec::new(), false, "nothing"),
            (Pdf, Vec::new(), false, "nothing"),
            (Jpeg, Vec::new(), false, "nothing"),
        ] {
            assert_eq!(kind.is(&bytes), expected, "{kind:?}: {why}");
        }
        assert_eq!(Material::parse("Image/PNG"), Some(Png));
        assert_eq!(Material::parse("image/svg+xml"), None);
    }
}
