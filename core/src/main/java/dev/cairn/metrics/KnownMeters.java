package dev.cairn.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * The handles of the meters of one type by name and tags. Thread-safe.
 *
 * @param <H> the type of a handle
 */
final class KnownMeters<H extends MeterHandles.Known> {

	private static final int LEAST_HANDLES = 256;

	private final Meter.Type type;

	private final MeterNames names;

	private final UnaryOperator<Meter.Id> bounds;

	private final Supplier<MeterHandles> registered;

	private final BiFunction<String, Tags, H> factory;

	private final Map<Key, H> handles = new ConcurrentHashMap<>();

	/** The number of new handles until those of removed meters are released. */
	private final AtomicInteger untilRelease = new AtomicInteger(LEAST_HANDLES);

	KnownMeters(Meter.Type type, MeterNames names, UnaryOperator<Meter.Id> bounds, Supplier<MeterHandles> registered,
			BiFunction<String, Tags, H> factory) {
		this.type = type;
		this.names = names;
		this.bounds = bounds;
		this.registered = registered;
		this.factory = factory;
	}

	void call(String name, String[] tags, Consumer<H> action) {
		H handle = find(name, tags);
		if (handle != null) {
			call(name, handle, action);
		}
	}

	void call(String name, H handle, Consumer<H> action) {
		try {
			action.accept(handle);
		}
		catch (RuntimeException ex) {
			this.names.refuse(name, this.type, ex.getMessage());
		}
	}

	/** Returns the handle of a meter, or {@code null} if the meter is refused. */
	@Nullable H find(String name, String[] tags) {
		Objects.requireNonNull(name, "name must not be null");
		H known = this.handles.get(new Key(name, Arrays.asList(tags)));
		return (known != null) ? known : create(name, tags);
	}

	private @Nullable H create(String name, String[] tags) {
		if (tags.length % 2 != 0) {
			throw new IllegalArgumentException(
					"tags must be alternating keys and values, but were " + Arrays.toString(tags));
		}
		String problem = this.names.problem(name, this.type, tags);
		if (problem == null && Extensions.isWithin(this.names)) {
			problem = "it was recorded while another meter was created";
		}
		try {
			if (problem == null) {
				return Extensions.within(this.names, () -> register(name, tags));
			}
		}
		catch (RuntimeException ex) {
			problem = ex.getMessage();
		}
		this.names.refuse(name, this.type, problem);
		return null;
	}

	/** Calls the filters of the registry, which may record something themselves. */
	private H register(String name, String[] tags) {
		String[] kept = Stream.of(tags).map((tag) -> Text.cut(tag, MeterNames.MAX_LENGTH)).toArray(String[]::new);
		Meter.Id id = new Meter.Id(name, Tags.of(kept), null, null, this.type);
		Meter.Id bounded = this.bounds.apply(id);
		Key key = key(id, bounded, kept);
		H known = this.handles.get(key);
		return (known != null) ? known : keep(key, this.factory.apply(name, Tags.of(bounded.getTags())));
	}

	/** The registry calls foreign code, so no lock is held meanwhile. */
	private H keep(Key key, H created) {
		if (this.untilRelease.decrementAndGet() <= 0) {
			release();
		}
		this.names.add(key.name(), this.type);
		H winner = this.handles.putIfAbsent(key, created);
		return (winner != null) ? winner : created;
	}

	/** Releases the handles of meters that were removed, or never registered. */
	private void release() {
		Set<Meter> meters = Collections.newSetFromMap(new IdentityHashMap<>());
		meters.addAll(this.registered.get().registry().getMeters());
		this.handles.values().removeIf((handle) -> handle.isObsolete(meters));
		this.names.retain(this.handles.keySet().stream().map(Key::name).collect(Collectors.toSet()), this.type);
		this.untilRelease.set(Math.max(LEAST_HANDLES, this.handles.size()));
	}

	/** Uses the tags of a folded meter, since there is no end of others. */
	private static Key key(Meter.Id id, Meter.Id bounded, String[] tags) {
		return new Key(id.getName(), bounded.equals(id) ? List.of(tags)
				: bounded.getTags().stream().flatMap((tag) -> Stream.of(tag.getKey(), tag.getValue())).toList());
	}

	/**
	 * A name and its tags, in the order in which they are given.
	 */
	private record Key(String name, List<String> tags) {
	}

}
