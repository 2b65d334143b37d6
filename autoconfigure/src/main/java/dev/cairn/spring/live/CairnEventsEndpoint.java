package dev.cairn.spring.live;

import java.time.Duration;
import java.time.Instant;
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
 * {@link Endpoint @Endpoint} that exposes the events, page views, visitors and
 * conversions of the last minutes, hours and days.
 */
@Endpoint(id = "cairnevents")
record CairnEventsEndpoint(String service, LiveEvents events, @Nullable String note) {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	/** With sketches, visitors can be added to those of other instances. */
	@ReadOperation
	EventsDescriptor cairnevents(@Nullable BucketSize per, @Nullable Boolean sketches) {
		LiveEvents.Counts counts = this.events.counts((per != null) ? List.of(per) : List.of(BucketSize.values()),
				Boolean.TRUE.equals(sketches), TIMEOUT);
		Map<String, WindowDescriptor> windows = new LinkedHashMap<>();
		counts.windows().forEach((size, window) -> windows.put(size.name().toLowerCase(Locale.ROOT), window));
		return new EventsDescriptor(this.service, windows, this.events.missed(), counts.evicted(), this.note);
	}

	/**
	 * Description of the events of a service.
	 *
	 * @param service the name of the service
	 * @param per the counts by the size of the buckets
	 * @param missed the number of messages that are missing in the counts
	 * @param forgotten the number of visitors evicted before their time was over, by
	 * conversion
	 * @param note the reason why counts are missing
	 */
	public record EventsDescriptor(String service, Map<String, WindowDescriptor> per, long missed,
			Map<String, Long> forgotten, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {
	}

	/**
	 * Description of the last minutes, hours or days.
	 *
	 * @param total the counts of all buckets together
	 * @param slots the counts of each bucket with events, by its start
	 */
	public record WindowDescriptor(CountsDescriptor total, Map<Instant, CountsDescriptor> slots) {
	}

	/**
	 * Description of counts.
	 *
	 * @param events the number of events; a sampled event counts for those it stands for
	 * @param pageViews the number of page views
	 * @param robots the number of requests and events of robots
	 * @param visitors the number of unique visitors, estimated
	 * @param types the number of events by type
	 * @param conversions the conversions by name
	 * @param sketch the visitors in a form that can be added to others, in Base64, if it
	 * is asked for
	 */
	public record CountsDescriptor(long events, @JsonProperty("page_views") long pageViews, long robots,
			@JsonInclude @Nullable Long visitors, Map<String, Long> types,
			Map<String, ConversionDescriptor> conversions,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String sketch) {
	}

	/**
	 * Description of a conversion.
	 *
	 * @param steps the steps
	 * @param rate the fraction of visitors of the first step that reached the last step
	 */
	public record ConversionDescriptor(List<StepDescriptor> steps, @JsonInclude @Nullable Double rate) {
	}

	/**
	 * Description of a step.
	 *
	 * @param type the type of the event
	 * @param visitors the number of visitors that reached the step
	 */
	public record StepDescriptor(String type, long visitors) {
	}

}
