//! The checksum of Modbus RTU: CRC-16, reflected, polynomial 8005, beginning with FFFF.

/// The checksum; on the wire its low byte comes first.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
            if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xA001 }
        })
    })
}

/// The bytes with their checksum behind them.
#[must_use]
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let crc = crc16(&bytes);
    bytes.extend(crc.to_le_bytes());
    bytes
}

/// The bytes before the checksum, if it is right.
#[must_use]
pub fn unsealed(frame: &[u8]) -> Option<&[u8]> {
    let (bytes, crc) = frame.split_last_chunk::<2>()?;
    (crc16(bytes).to_le_bytes() == *crc).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_algorithm() {
        assert_eq!(crc16(b"123456789"), 0x4B37);
        assert_eq!(crc16(b""), 0xFFFF);
    }

    #[test]
    fn what_is_sealed_opens_and_what_is_damaged_does_not() {
        let frame = sealed(vec![0x01, 0x04, 0, 0, 0, 0x20]);
        assert_eq!(frame[6..], [0xF1, 0xD2]);
        assert_eq!(unsealed(&frame), Some(&frame[..6]));
        for bit in 0..frame.len() * 8 {
            let mut damaged = frame.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unsealed(&damaged), None, "bit {bit}");
        }
        assert_eq!(unsealed(&[0xFF]), None);
    }
}
