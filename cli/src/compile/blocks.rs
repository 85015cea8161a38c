//! Markdown as a sequence of blocks, as far as a reason's file is made of them.

use core::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

/// What a part of the text is. Markup inside a paragraph is a block of its own, so that it can be refused.
pub(super) enum Block {
    /// A heading of the first level.
    Locale,
    /// A heading of the second.
    Section,
    Paragraph,
    List,
    Item,
    Other,
}

/// The blocks at the top level, lists with their items, and markup, in order.
pub(super) fn blocks(body: &str) -> Vec<(Block, Range<usize>)> {
    let mut blocks = Vec::new();
    let mut depth = 0usize;
    for (event, range) in Parser::new_ext(body, Options::empty()).into_offset_iter() {
        let is_top = depth == 0;
        let mut is_markup = false;
        let block = match event {
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::Start(tag) => {
                depth += 1;
                is_markup = true;
                match tag {
                    Tag::Heading {
                        level: HeadingLevel::H1,
                        ..
                    } => Block::Locale,
                    Tag::Heading {
                        level: HeadingLevel::H2,
                        ..
                    } => Block::Section,
                    Tag::Paragraph => Block::Paragraph,
                    Tag::List(_) => Block::List,
                    Tag::Item => Block::Item,
                    _ => Block::Other,
                }
            }
            Event::Code(_) | Event::InlineHtml(_) | Event::HardBreak => {
                is_markup = true;
                Block::Other
            }
            _ => Block::Other,
        };
        if is_top || is_markup {
            // Markup inside a paragraph follows it as a block of its own.
            blocks.push((block, range));
        }
    }
    blocks
}
