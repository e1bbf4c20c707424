package dev.onoma.plugins.kubernetes;

import org.jspecify.annotations.Nullable;

/// Told about changes after they have become visible, on the writer's thread.
interface StoreListener {
    /// A slice was added, changed or deleted.
    ///
    /// @param service that it belongs to, null when unknown
    void sliceChanged(EndpointSliceObject slice, @Nullable ServiceObject service);
}
