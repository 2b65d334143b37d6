package dev.cairn.spring.live;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The counts of a bucket or of a window. A sampled event counts for the events it stands
 * for.
 *
 * @param events the number of events
 * @param pageViews the number of page views
 * @param visitors the number of unique visitors, {@code null} if it is unknown
 * @param types the number of events by type
 * @param steps the number of visitors that reached each step, by conversion
 */
record LiveCounts(long events, long pageViews, @Nullable Long visitors, Map<String, Long> types,
		Map<String, long[]> steps) {
}
