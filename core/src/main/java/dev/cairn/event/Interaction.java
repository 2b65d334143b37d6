package dev.cairn.event;

import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has done something. When is the time of the message.
 *
 * @param action what they did, such as {@code click}, {@code search} or {@code share}
 * @param place where: a page, a screen or a part of it
 * @param target to what, such as the name of a button
 * @param content with what, such as the words that were searched for
 * @param visitor who it was, not to be traced back to a person
 */
@EventType(value = "interaction", version = 1, category = Category.BEHAVIOUR)
public record Interaction(String action, @Nullable String place, @Nullable String target, @Nullable String content,
		@Nullable String visitor) {

	/**
	 * Checks that the action is named.
	 */
	public Interaction {
		Objects.requireNonNull(action, "action must not be null");
	}

}
