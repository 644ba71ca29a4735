use super::ClientError;

/// The most messages of one transaction that are looked up. Each costs up to four requests in a round, and how many there are
/// is a stranger's word; who sends more in one transaction than anybody was seen to asks a hundred times this client's work
/// of its sources.
pub const MAX_MESSAGES: usize = 256;

/// Holds the number of messages that a receipt tells of against the limit.
///
/// # Errors
/// [`ClientError::TooManyMessages`] beyond it.
pub(super) const fn check_count(got: usize) -> Result<(), ClientError> {
    if got > MAX_MESSAGES {
        return Err(ClientError::TooManyMessages { got, limit: MAX_MESSAGES });
    }
    Ok(())
}
