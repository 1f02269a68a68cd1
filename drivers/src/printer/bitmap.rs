//! Black dots on white: the one kind of picture that a thermal head knows.

/// A picture of one bit a dot. Rows are packed from the left, most significant bit first, and
/// padded to whole bytes, as `GS v 0` wants them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    height: usize,
    bits: Vec<u8>,
}

impl Bitmap {
    /// A white picture of this many dots.
    #[must_use]
    pub fn white(width: usize, height: usize) -> Self {
        Self { width, height, bits: vec![0; width.div_ceil(8) * height] }
    }

    /// A picture from packed rows of `row_bytes` each; what is missing of the last row is white.
    #[must_use]
    pub fn from_rows(row_bytes: usize, height: usize, rows: &[u8]) -> Self {
        let mut bits = rows.to_vec();
        bits.resize(row_bytes * height, 0);
        Self { width: row_bytes * 8, height, bits }
    }

    /// Dots across.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Bytes of one row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// The packed rows `from..to`.
    #[must_use]
    pub fn rows(&self, from: usize, to: usize) -> &[u8] {
        &self.bits[from * self.row_bytes()..to.min(self.height) * self.row_bytes()]
    }

    /// Whether a dot is black; beyond the edges everything is white.
    #[must_use]
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width
            && y < self.height
            && self.bits[y * self.row_bytes() + x / 8] & (0x80 >> (x % 8)) != 0
    }

    /// Makes a dot black; beyond the edges nothing happens.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height {
            let row_bytes = self.row_bytes();
            self.bits[y * row_bytes + x / 8] |= 0x80 >> (x % 8);
        }
    }

    /// Puts the black dots of another picture on this one, its corner at `x`, `y`.
    pub fn stamp(&mut self, other: &Self, x: usize, y: usize) {
        for (from_x, from_y) in other.black() {
            self.blacken(x + from_x, y + from_y);
        }
    }

    /// White rows at the bottom, until the picture is this high.
    pub fn grow(&mut self, height: usize) {
        if height > self.height {
            self.bits.resize(self.row_bytes() * height, 0);
            self.height = height;
        }
    }

    /// The part between the first and the last black column, `None` when all is white.
    #[must_use]
    pub fn cropped_to_ink(&self) -> Option<Self> {
        let left = self.black().map(|(x, _)| x).min()?;
        let right = self.black().map(|(x, _)| x).max()?;
        let mut cropped = Self::white(right - left + 1, self.height);
        for (x, y) in self.black() {
            cropped.blacken(x - left, y);
        }
        Some(cropped)
    }

    /// The picture at another size, each dot taken from the nearest one.
    #[must_use]
    pub fn scaled(&self, width: usize, height: usize) -> Self {
        let mut scaled = Self::white(width, height);
        for y in 0..height {
            for x in 0..width {
                if self.is_black(x * self.width / width, y * self.height / height) {
                    scaled.blacken(x, y);
                }
            }
        }
        scaled
    }

    fn black(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.height)
            .flat_map(move |y| (0..self.width).map(move |x| (x, y)))
            .filter(|(x, y)| self.is_black(*x, *y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_cropped_to_its_columns_and_keeps_its_rows() {
        let mut picture = Bitmap::white(30, 4);
        assert_eq!(picture.cropped_to_ink(), None);
        picture.blacken(9, 1);
        picture.blacken(20, 3);
        let cropped = picture.cropped_to_ink().unwrap();
        assert_eq!((cropped.width(), cropped.height(), cropped.row_bytes()), (12, 4, 2));
        assert!(cropped.is_black(0, 1) && cropped.is_black(11, 3));
        assert_eq!(cropped.rows(1, 2), [0x80, 0x00]);
        assert_eq!(cropped.rows(3, 9), [0x00, 0x10]);
    }

    #[test]
    fn edges_take_no_ink_and_give_none() {
        let mut picture = Bitmap::white(8, 1);
        picture.blacken(8, 0);
        picture.blacken(0, 1);
        assert!(!picture.is_black(8, 0) && !picture.is_black(0, 1));
        assert_eq!(picture, Bitmap::white(8, 1));
    }

    #[test]
    fn scaling_doubles_dots() {
        let mut picture = Bitmap::white(2, 1);
        picture.blacken(1, 0);
        assert_eq!(picture.scaled(4, 2).rows(0, 2), [0x30, 0x30]);
    }
}
