/// A value, and the root `R` under which it was proven: true if `R` is.
///
/// ```compile_fail
/// // Only the readers of the roots make one.
/// let forged = metis_light::execution::Proven { value: 5_u64, at: () };
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proven<T, R> {
    value: T,
    at: R,
}

impl<T, R> Proven<T, R> {
    pub(crate) const fn new(value: T, at: R) -> Self {
        Self { value, at }
    }

    /// The value.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// What it rests on.
    pub const fn at(&self) -> &R {
        &self.at
    }

    /// The value alone, without what it rests on.
    pub fn into_value(self) -> T {
        self.value
    }
}
