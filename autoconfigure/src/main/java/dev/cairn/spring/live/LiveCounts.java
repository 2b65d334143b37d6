package dev.cairn.spring.live;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What happened in some time. Events that are sampled count for those they stand for.
 *
 * @param events messages
 * @param pageViews pages that were shown
 * @param visitors different visitors, about; {@code null} when nobody counts them
 * @param types messages by type
 * @param steps how many visitors took each step, by the name of the conversion
 */
public record LiveCounts(long events, long pageViews, @Nullable Long visitors, Map<String, Long> types,
		Map<String, long[]> steps) {
}
