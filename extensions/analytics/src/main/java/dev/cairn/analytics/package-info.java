/**
 * History over all messages: an archive of Parquet files, and reports over it.
 * <p>
 * A {@link dev.cairn.analytics.Lake} is a folder of Parquet files and a
 * {@link dev.cairn.analytics.Manifest}, which lists the files that readers see and the
 * positions up to which the sources are archived. The
 * {@link dev.cairn.analytics.Archiver} takes batches from an
 * {@link dev.cairn.analytics.EventSource}, has them written by
 * {@link dev.cairn.analytics.ParquetFiles}, and commits them with a
 * {@link dev.cairn.analytics.LakeWriter}. {@link dev.cairn.analytics.Reports} reads.
 */
@NullMarked
package dev.cairn.analytics;

import org.jspecify.annotations.NullMarked;
