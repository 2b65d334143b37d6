package dev.cairn.event;

import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

/**
 * How well a page came up where somebody looked at it. What the service itself sees of a
 * request is in {@code http.request}.
 *
 * @param page which one: a path or a name without anything that varies
 * @param loadMs how long it took, in milliseconds
 * @param firstByteMs how long it took until the first byte came, in milliseconds
 * @param renderMs how long it took until something could be seen, in milliseconds
 * @param bytes how much was sent
 * @param errors how many errors there were
 */
@EventType(value = "page.loaded", version = 1, category = Category.QUALITY)
public record PageLoaded(String page, double loadMs, @Nullable Double firstByteMs, @Nullable Double renderMs,
		@Nullable Long bytes, @Nullable Integer errors) {

	/**
	 * Checks that the page is named.
	 */
	public PageLoaded {
		Objects.requireNonNull(page, "page must not be null");
	}

}
