package dev.cairn.spring.live;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Shows events, page views, visitors and conversions of the last minutes, hours and days:
 * {@code GET /actuator/cairnevents}, or {@code ?per=minute}, {@code hour} or {@code day}
 * for one of them.
 */
@Endpoint(id = "cairnevents")
public final class CairnEventsEndpoint {

	private static final double DIGITS = 10_000;

	private final String service;

	private final LiveEvents events;

	private final @Nullable String note;

	/**
	 * Create an endpoint.
	 * @param service the name of the service
	 * @param events what to show
	 * @param note why something is not shown; {@code null} when all of it is
	 */
	public CairnEventsEndpoint(String service, LiveEvents events, @Nullable String note) {
		this.service = service;
		this.events = events;
		this.note = note;
	}

	/**
	 * Return the counts.
	 * @param per how time is divided; in every way unless given
	 * @return the descriptor
	 */
	@ReadOperation
	public EventsDescriptor cairnevents(@Nullable Period per) {
		this.events.catchUp();
		Map<String, WindowDescriptor> windows = new LinkedHashMap<>();
		for (Period period : (per != null) ? List.of(per) : List.of(Period.values())) {
			windows.put(period.name().toLowerCase(Locale.ROOT), window(period));
		}
		return new EventsDescriptor(this.service, windows, this.events.missed(), this.events.forgotten(), this.note);
	}

	private WindowDescriptor window(Period period) {
		Map<Instant, CountsDescriptor> slots = new LinkedHashMap<>();
		this.events.counts(period).forEach((start, counts) -> slots.put(start, describe(counts)));
		return new WindowDescriptor(describe(this.events.total(period)), slots);
	}

	private CountsDescriptor describe(LiveCounts counts) {
		Map<String, ConversionDescriptor> conversions = new LinkedHashMap<>();
		counts.steps().forEach((name, reached) -> conversions.put(name, describe(this.events.steps(name), reached)));
		return new CountsDescriptor(counts.events(), counts.pageViews(), counts.visitors(), counts.types(),
				conversions);
	}

	private static ConversionDescriptor describe(List<String> steps, long[] reached) {
		List<StepDescriptor> described = new ArrayList<>();
		for (int i = 0; i < reached.length; i++) {
			described.add(new StepDescriptor(steps.get(i), reached[i]));
		}
		Double rate = (reached[0] > 0) ? Math.round((double) reached[reached.length - 1] / reached[0] * DIGITS) / DIGITS
				: null;
		return new ConversionDescriptor(described, rate);
	}

	/**
	 * What happens.
	 *
	 * @param service the name of the service
	 * @param per the counts by the way in which time is divided
	 * @param missed messages that came faster than they were counted
	 * @param forgotten visitors who gave way to others, by the name of the conversion
	 * @param note why something is not shown
	 */
	public record EventsDescriptor(String service, Map<String, WindowDescriptor> per, long missed,
			Map<String, Long> forgotten, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {
	}

	/**
	 * The last minutes, hours or days.
	 *
	 * @param total all of them together
	 * @param slots those in which something happened, by their start
	 */
	public record WindowDescriptor(CountsDescriptor total, Map<Instant, CountsDescriptor> slots) {
	}

	/**
	 * What happened in some time.
	 *
	 * @param events messages; those that are sampled count for those they stand for
	 * @param pageViews pages that were shown
	 * @param visitors different visitors, about
	 * @param types messages by type
	 * @param conversions conversions by name
	 */
	public record CountsDescriptor(long events, @JsonProperty("page_views") long pageViews,
			@JsonInclude @Nullable Long visitors, Map<String, Long> types,
			Map<String, ConversionDescriptor> conversions) {
	}

	/**
	 * How far visitors came.
	 *
	 * @param steps the steps and how many took them
	 * @param rate how many took the last step for each who took the first
	 */
	public record ConversionDescriptor(List<StepDescriptor> steps, @JsonInclude @Nullable Double rate) {
	}

	/**
	 * A step on the way.
	 *
	 * @param type the type of the event
	 * @param visitors how many visitors took it
	 */
	public record StepDescriptor(String type, long visitors) {
	}

}
