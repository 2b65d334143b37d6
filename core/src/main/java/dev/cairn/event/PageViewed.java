package dev.cairn.event;

import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has looked at a page.
 *
 * @param page which one: a path or a name without anything that varies, such as
 * {@code /products/{id}}
 * @param title what its title said
 * @param referrer from where they came
 * @param visitor who it was, not to be traced back to a person
 * @param durationMs how long they stayed, in milliseconds
 */
@EventType(value = "page.viewed", version = 1, category = Category.BEHAVIOUR)
public record PageViewed(String page, @Nullable String title, @Nullable String referrer, @Nullable String visitor,
		@Nullable Long durationMs) {

	/**
	 * Checks that the page is named.
	 */
	public PageViewed {
		Objects.requireNonNull(page, "page must not be null");
	}

}
