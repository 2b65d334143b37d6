package dev.cairn.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import dev.cairn.internal.WarnOnce;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handles of the meters of metric calls, by name and tags. A name stands for meters
 * of one type. Thread-safe.
 */
final class KnownMeters {

	/** The maximum length of names, and of the keys and values of tags. */
	private static final int MAX_LENGTH = 200;

	private static final int MAX_TAGS = 50;

	private static final int LEAST_HANDLES = 256;

	private static final Logger logger = LoggerFactory.getLogger(MicrometerMetrics.class);

	private final Supplier<MeterHandles> registered;

	private final UnaryOperator<Meter.Id> bounds;

	private final ApplicationFrames frames;

	private final Map<Key, MeterHandles.Known> handles = new ConcurrentHashMap<>();

	private final Map<String, Meter.Type> types = new ConcurrentHashMap<>();

	private final WarnOnce refusals = new WarnOnce(logger);

	/** The number of new handles until those of removed meters are released. */
	private final AtomicInteger untilRelease = new AtomicInteger(LEAST_HANDLES);

	KnownMeters(Supplier<MeterHandles> registered, UnaryOperator<Meter.Id> bounds, ApplicationFrames frames) {
		this.registered = registered;
		this.bounds = bounds;
		this.frames = frames;
	}

	<H extends MeterHandles.Known> void call(Kind<H> kind, String name, String[] tags, Consumer<H> action) {
		H handle = find(kind, name, tags);
		if (handle != null) {
			call(kind, name, handle, action);
		}
	}

	<H extends MeterHandles.Known> void call(Kind<H> kind, String name, H handle, Consumer<H> action) {
		try {
			action.accept(handle);
		}
		catch (RuntimeException ex) {
			refuse(kind, name, ex.getMessage());
		}
	}

	/** Returns the handle of a meter, or {@code null} if the meter is refused. */
	@SuppressWarnings("unchecked")
	<H extends MeterHandles.Known> @Nullable H find(Kind<H> kind, String name, String[] tags) {
		Objects.requireNonNull(name, "name must not be null");
		MeterHandles.Known known = this.handles.get(new Key(kind.type(), name, Arrays.asList(tags)));
		return (known != null) ? (H) known : create(kind, name, tags);
	}

	private <H extends MeterHandles.Known> @Nullable H create(Kind<H> kind, String name, String[] tags) {
		if (tags.length % 2 != 0) {
			throw new IllegalArgumentException(
					"tags must be alternating keys and values, but were " + Arrays.toString(tags));
		}
		String problem = problem(kind, name, tags);
		try {
			if (problem == null) {
				return Extensions.within(this, () -> register(kind, name, tags));
			}
		}
		catch (RuntimeException ex) {
			problem = ex.getMessage();
		}
		refuse(kind, name, problem);
		return null;
	}

	/** Returns why a meter is refused, or {@code null} if it is not. */
	private @Nullable String problem(Kind<?> kind, String name, String[] tags) {
		if (name.length() > MAX_LENGTH) {
			return "its name has more than " + MAX_LENGTH + " characters";
		}
		if (tags.length > 2 * MAX_TAGS) {
			return "it has more than " + MAX_TAGS + " tags";
		}
		Meter.Type existing = this.types.get(name);
		if (existing != null && existing != kind.type()) {
			return "a " + word(existing) + " with this name exists";
		}
		return Extensions.isWithin(this) ? "it was recorded while another meter was created" : null;
	}

	/** Logs once for each name and type why a call is refused. */
	private void refuse(Kind<?> kind, String name, @Nullable String reason) {
		String known = Text.cut(name, MAX_LENGTH);
		this.refusals.warn(kind.type() + known, () -> "the %s '%s' is not recorded: %s. It was called from %s"
			.formatted(word(kind.type()), known, reason, this.frames.caller()));
	}

	private static String word(Meter.Type type) {
		return (type == Meter.Type.DISTRIBUTION_SUMMARY) ? "summary" : type.name().toLowerCase(Locale.ROOT);
	}

	/** Calls the filters of the registry, which may record something themselves. */
	@SuppressWarnings("unchecked")
	private <H extends MeterHandles.Known> H register(Kind<H> kind, String name, String[] tags) {
		String[] kept = Stream.of(tags).map((tag) -> Text.cut(tag, MAX_LENGTH)).toArray(String[]::new);
		Meter.Id id = new Meter.Id(name, Tags.of(kept), null, null, kind.type());
		Meter.Id bounded = this.bounds.apply(id);
		// The tags of a folded meter, since there is no end of others
		List<String> known = bounded.equals(id) ? List.of(kept)
				: bounded.getTags().stream().flatMap((tag) -> Stream.of(tag.getKey(), tag.getValue())).toList();
		Key key = new Key(kind.type(), name, known);
		MeterHandles.Known handle = this.handles.get(key);
		return (H) ((handle != null) ? handle
				: keep(key, kind.factory().create(this.registered.get(), name, Tags.of(bounded.getTags()))));
	}

	/** The registry calls foreign code, so no lock is held meanwhile. */
	private MeterHandles.Known keep(Key key, MeterHandles.Known created) {
		if (this.untilRelease.decrementAndGet() <= 0) {
			release();
		}
		this.types.putIfAbsent(key.name(), key.type());
		MeterHandles.Known winner = this.handles.putIfAbsent(key, created);
		return (winner != null) ? winner : created;
	}

	/** Releases the handles of meters that were removed, or never registered. */
	private void release() {
		Set<Meter> meters = Collections.newSetFromMap(new IdentityHashMap<>());
		meters.addAll(this.registered.get().registry().getMeters());
		this.handles.values().removeIf((handle) -> handle.isObsolete(meters));
		this.types.keySet().retainAll(this.handles.keySet().stream().map(Key::name).collect(Collectors.toSet()));
		this.untilRelease.set(Math.max(LEAST_HANDLES, this.handles.size()));
	}

	/**
	 * A type of meters, with the factory of their handles.
	 */
	record Kind<H extends MeterHandles.Known>(Meter.Type type, Factory<H> factory) {

		/**
		 * Creates the handle of a meter.
		 */
		interface Factory<H> {

			H create(MeterHandles handles, String name, Tags tags);

		}

	}

	/**
	 * A name and its tags, in the order in which they are given.
	 */
	private record Key(Meter.Type type, String name, List<String> tags) {
	}

}
