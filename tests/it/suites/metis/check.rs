use crate::suites::Report;
use core::fmt::Debug;

/// Compares and counts.
#[derive(Default)]
pub(crate) struct Check {
    pub(crate) report: Report,
}

impl Check {
    /// A case: both must be the same.
    #[track_caller]
    pub(crate) fn eq<T: PartialEq + Debug>(&mut self, what: &str, got: T, expected: T) {
        assert_eq!(got, expected, "{what}");
        self.report.cases += 1;
    }

    /// A case in which it is enough that a value comes.
    #[track_caller]
    pub(crate) fn ok<T, E: Debug>(&mut self, what: &str, result: Result<T, E>) -> T {
        self.report.cases += 1;
        result.unwrap_or_else(|error| panic!("{what}: {error:?}"))
    }

    /// A recorded case that must be refused, and for the right reason.
    #[track_caller]
    pub(crate) fn err<T: Debug, E: Debug>(&mut self, what: &str, result: Result<T, E>, is_right: impl Fn(&E) -> bool) {
        assert!(matches!(&result, Err(error) if is_right(error)), "{what}: {result:?}");
        self.report.cases += 1;
    }

    /// A spoiled twin that must be refused, and for the right reason.
    #[track_caller]
    pub(crate) fn refused<T: Debug, E: Debug>(
        &mut self,
        what: &str,
        result: Result<T, E>,
        is_right: impl Fn(&E) -> bool,
    ) {
        assert!(matches!(&result, Err(error) if is_right(error)), "{what}: {result:?}");
        self.report.refused += 1;
    }

    /// A spoiled twin that nothing accepts where the accepted one would be needed.
    #[track_caller]
    pub(crate) fn differs<T: PartialEq + Debug>(&mut self, what: &str, twin: T, accepted: T) {
        assert_ne!(twin, accepted, "{what}");
        self.report.refused += 1;
    }
}
