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

    /// Up to 128 bits, each half as [`Self::unsigned`] makes it.
    pub fn wide(&mut self) -> u128 {
        let low = u128::from(self.unsigned(64));
        match self.below(4) {
            0 => low,
            1 => low << self.below(65),
            _ => (u128::from(self.unsigned(64)) << 64) | low,
        }
    }

    pub fn flip(&mut self) -> bool {
        self.below(2) == 0
    }

    /// At most `distance` from `value`, within u64: where a comparison turns.
    pub fn around(&mut self, value: u64, distance: u64) -> u64 {
        value.saturating_add(self.below(distance + 1)).saturating_sub(self.below(distance + 1))
    }

    /// At most a few percent from `value`.
    pub fn near(&mut self, value: u64) -> u64 {
        let away = value / 10_000 * self.below(700);
        if self.flip() {
            value.saturating_add(away)
        } else {
            value - away
        }
    }

    /// A time within and a little beyond a `period`, often its very end; sometimes anything.
    pub fn seconds(&mut self, period: u64) -> u64 {
        match self.below(8) {
            0 => self.unsigned(64),
            1 => self.around(period, 2),
            _ => self.below(period * 9 / 8),
        }
    }

    /// Magnitude up to `bits` ≤ 63 bits, either sign; of 63 bits sometimes the one below all others.
    pub fn signed(&mut self, bits: u32) -> i64 {
        if bits == 63 && self.below(32) == 0 {
            return i64::MIN;
        }
        let magnitude = i64::try_from(self.unsigned(bits)).unwrap();
        if self.flip() {
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
