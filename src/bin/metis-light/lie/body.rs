use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use hyper::body::{Body, Bytes, Frame};
use std::io;
use tokio::time::{Sleep, sleep};

/// A body with manners.
pub(crate) enum Told {
    /// All of it at once.
    Whole(Bytes),
    /// So many bytes of nothing.
    Filler(u64),
    /// A byte now and then.
    Slow(Bytes, Pin<Box<Sleep>>),
    /// As far as this, and then the connection breaks.
    Broken(Bytes),
}

/// How long a slow body takes for a byte.
const PAUSE: Duration = Duration::from_millis(200);

/// How much filler is sent at once.
const CHUNK: u64 = 1 << 16;

impl Told {
    pub(crate) fn slow(body: Bytes) -> Self {
        Self::Slow(body, Box::pin(sleep(PAUSE)))
    }
}

impl Body for Told {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let told = self.get_mut();
        let bytes = match told {
            Self::Whole(bytes) => std::mem::take(bytes),
            Self::Filler(left) => {
                let length = (*left).min(CHUNK);
                *left = left.saturating_sub(length);
                Bytes::from(vec![b' '; usize::try_from(length).unwrap_or_default()])
            }
            Self::Slow(bytes, pause) => {
                ready!(pause.as_mut().poll(context));
                pause.set(sleep(PAUSE));
                bytes.split_to(bytes.len().min(1))
            }
            Self::Broken(bytes) if bytes.is_empty() => {
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
            }
            Self::Broken(bytes) => std::mem::take(bytes),
        };
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }
}
