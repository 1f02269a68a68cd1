//! A slip as a picture: its own bytes, played on paper, as PNG.

use super::bitmap::Bitmap;
use super::escpos::Encoder;
use super::instructions::{Next, next};
use super::paper::Paper;
use super::slip::Slip;

/// The slip as this encoder's printer would print it, as PNG.
#[must_use]
pub fn png_of_slip(slip: &Slip, encoder: &Encoder) -> Vec<u8> {
    let job = encoder.encode(slip);
    let mut paper = Paper::new(*encoder.profile());
    let mut bytes = job.bytes.as_slice();
    let mut sheet = None;
    while let Next::Done(instruction, used) = next(bytes) {
        sheet = sheet.or(paper.follow(&instruction));
        bytes = &bytes[used..];
    }
    // A printer without a cutter leaves the sheet on its roll; an empty slip has no ink at all.
    let sheet = sheet.or_else(|| paper.cut());
    let picture = sheet.map_or_else(
        || Bitmap::white(usize::from(encoder.profile().dots), 1),
        |sheet| sheet.picture(encoder.typesetter()),
    );
    png(&picture)
}

/// The dots as a PNG of one bit a pixel.
#[must_use]
pub fn png(picture: &Bitmap) -> Vec<u8> {
    let side = |dots: usize| u32::try_from(dots.max(1)).expect("pictures are a few metres at most");
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side(picture.width()), side(picture.height()));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    // PNG's one is white, a thermal head's one is black.
    let inverted: Vec<u8> = picture.rows(0, picture.height()).iter().map(|byte| !byte).collect();
    let mut writer = encoder.write_header().expect("a Vec takes every write");
    writer.write_image_data(&inverted).expect("as many bytes as the header says");
    writer.finish().expect("a Vec takes every write");
    file
}

#[cfg(test)]
mod tests {
    use super::super::profile::Profile;
    use super::super::slip::{Block, Size};
    use super::super::typeset::Typesetter;
    use super::*;

    #[test]
    fn a_slip_of_every_kind_of_block_decodes_to_its_dots() {
        let slip = Slip::new(vec![
            Block::title("A042", Size::new(4, 4)),
            Block::text("\u{170}rlap, \u{411}\u{443}\u{43c}\u{430}\u{433}\u{430}"),
            Block::Rule,
            Block::Qr { content: "https://example.org/t/7".to_owned() },
            Block::Feed { lines: 2 },
        ])
        .unwrap();
        let typesetter = Typesetter::shared();
        for profile in super::super::profile::PROFILES {
            let encoder = Encoder::new(*profile, typesetter.clone());
            let file = png_of_slip(&slip, &encoder);
            let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let (width, height) = reader.info().size();
            assert!(width >= u32::from(profile.dots), "{}", profile.name);
            assert!(height > 300, "{}: {height}", profile.name);
        }
    }

    #[test]
    fn dots_are_black_and_the_empty_slip_is_a_picture_too() {
        let mut picture = Bitmap::white(8, 1);
        picture.blacken(0, 0);
        let file = png(&picture);
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut row = [0];
        reader.next_frame(&mut row).unwrap();
        assert_eq!(row, [0x7F]);
        let encoder = Encoder::new(*Profile::named("epson").unwrap(), Typesetter::shared());
        let empty = png_of_slip(&Slip::new(Vec::new()).unwrap(), &encoder);
        assert!(empty.starts_with(b"\x89PNG"));
    }
}
