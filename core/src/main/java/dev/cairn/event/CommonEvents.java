package dev.cairn.event;

import java.math.BigDecimal;
import java.util.Objects;

import dev.cairn.Category;
import dev.cairn.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Events that most services have, with fields that readers can rely on. Publish them like
 * any other record.
 */
public final class CommonEvents {

	private CommonEvents() {
	}

	/**
	 * A page was viewed.
	 *
	 * @param page the path or the name of the page, without variable parts, such as
	 * {@code /products/{id}}
	 * @param title the title of the page
	 * @param referrer the page that led to it
	 * @param visitor the pseudonym of the visitor
	 * @param durationMs the time spent on the page, in milliseconds
	 */
	@EventType(value = "page.viewed", version = 1, category = Category.BEHAVIOUR)
	public record PageViewed(String page, @Nullable String title, @Nullable String referrer, @Nullable String visitor,
			@Nullable Long durationMs) {

		/**
		 * Checks that the page is not null.
		 */
		public PageViewed {
			Objects.requireNonNull(page, "page must not be null");
		}

	}

	/**
	 * A visitor interacted with the service.
	 *
	 * @param action the action, such as {@code click}, {@code search} or {@code share}
	 * @param place the page, the screen or a part of it
	 * @param target the target of the action, such as the name of a button
	 * @param content the content of the action, such as the words of a search
	 * @param visitor the pseudonym of the visitor
	 */
	@EventType(value = "interaction", version = 1, category = Category.BEHAVIOUR)
	public record Interaction(String action, @Nullable String place, @Nullable String target, @Nullable String content,
			@Nullable String visitor) {

		/**
		 * Checks that the action is not null.
		 */
		public Interaction {
			Objects.requireNonNull(action, "action must not be null");
		}

	}

	/**
	 * A page was loaded, as measured by the client. The request itself is described by
	 * {@code http.request}.
	 *
	 * @param page the path or the name of the page, without variable parts
	 * @param loadMs the time until the page was loaded, in milliseconds
	 * @param firstByteMs the time until the first byte, in milliseconds
	 * @param renderMs the time until the first content was rendered, in milliseconds
	 * @param bytes the number of bytes transferred
	 * @param errors the number of errors
	 */
	@EventType(value = "page.loaded", version = 1, category = Category.QUALITY)
	public record PageLoaded(String page, double loadMs, @Nullable Double firstByteMs, @Nullable Double renderMs,
			@Nullable Long bytes, @Nullable Integer errors) {

		/**
		 * Checks that the page is not null.
		 */
		public PageLoaded {
			Objects.requireNonNull(page, "page must not be null");
		}

	}

	/**
	 * A client uses the service.
	 *
	 * @param browser the name of the browser
	 * @param browserVersion the version of the browser
	 * @param os the operating system
	 * @param deviceClass the class of the device, such as {@code desktop}, {@code phone}
	 * or {@code tablet}
	 * @param language the preferred language, such as {@code de-AT}
	 * @param country the country as in ISO 3166, two letters
	 * @param region the region of the country
	 * @param city the city
	 * @param operator the operator of the network
	 * @param visitor the pseudonym of the visitor
	 */
	@EventType(value = "client.seen", version = 1, category = Category.ENVIRONMENT)
	public record ClientSeen(@Nullable String browser, @Nullable String browserVersion, @Nullable String os,
			@Nullable String deviceClass, @Nullable String language, @Nullable String country, @Nullable String region,
			@Nullable String city, @Nullable String operator, @Nullable String visitor) {
	}

	/**
	 * A visitor reached a step of a funnel. Conversion and retention are computed from
	 * these.
	 *
	 * @param funnel the name of the funnel, such as {@code checkout}
	 * @param step the name of the step, such as {@code paid}
	 * @param visitor the pseudonym of the visitor
	 * @param amount the value of the step
	 * @param currency the currency of the amount as in ISO 4217, three letters
	 */
	@EventType(value = "step.reached", version = 1, category = Category.OPERATION)
	public record StepReached(String funnel, String step, @Nullable String visitor, @Nullable BigDecimal amount,
			@Nullable String currency) {

		/**
		 * Checks that the step is not null.
		 */
		public StepReached {
			Objects.requireNonNull(funnel, "funnel must not be null");
			Objects.requireNonNull(step, "step must not be null");
		}

	}

}
