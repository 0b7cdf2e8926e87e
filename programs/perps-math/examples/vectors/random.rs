//! Numbers that find faults: every magnitude equally often, and the edges of each.

/// SplitMix64: the same cases for the same seed on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0..bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Up to `bits` bits: usually a random magnitude, sometimes zero, one, or all ones.
    pub fn unsigned(&mut self, bits: u32) -> u64 {
        let width = match self.below(16) {
            0 => return 0,
            1 => return 1,
            2 => return u64::MAX >> (64 - bits),
            _ => 1 + u32::try_from(self.below(u64::from(bits))).unwrap(),
        };
        self.next() >> (64 - width)
    }

    /// Magnitude up to `bits` ≤ 63 bits, either sign.
    pub fn signed(&mut self, bits: u32) -> i64 {
        let magnitude = i64::try_from(self.unsigned(bits)).unwrap();
        if self.below(2) == 0 {
            magnitude
        } else {
            -magnitude
        }
    }

    /// Ratio 1e4 up to twice the whole, or ppm up to twice the whole with `whole` 1e6.
    pub fn share(&mut self, whole: u32) -> u32 {
        u32::try_from(self.below(u64::from(whole) * 2 + 1)).unwrap()
    }
}
