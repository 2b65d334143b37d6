package dev.cairn.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one type by name and tags. Exceptions of a registry do not reach the
 * caller. Thread-safe.
 *
 * @param <H> the type of the handle of a meter
 */
final class NamedMeters<H> {

	private final Meter.Type type;

	private final MeterNames names;

	private final UnaryOperator<Meter.Id> bounds;

	private final BiFunction<String, Tags, H> factory;

	private final Map<String, H> untagged = new ConcurrentHashMap<>();

	private final Map<Tagged, H> tagged = new ConcurrentHashMap<>();

	NamedMeters(Meter.Type type, MeterNames names, UnaryOperator<Meter.Id> bounds,
			BiFunction<String, Tags, H> factory) {
		this.type = type;
		this.names = names;
		this.bounds = bounds;
		this.factory = factory;
	}

	void call(String name, String[] tags, Consumer<H> action) {
		H handle = find(name, tags);
		if (handle != null) {
			call(name, handle, action);
		}
	}

	void call(String name, H handle, Consumer<H> action) {
		apply(name, handle, (known) -> {
			action.accept(known);
			return null;
		});
	}

	<R> @Nullable R apply(String name, H handle, Function<H, @Nullable R> function) {
		try {
			return function.apply(handle);
		}
		catch (RuntimeException ex) {
			this.names.refuse(name, this.type, String.valueOf(ex.getMessage()));
			return null;
		}
	}

	/**
	 * Returns the handle of a meter.
	 * @param name the name
	 * @param tags keys and values in turns
	 * @return the handle, or {@code null} if the meter is refused
	 */
	@Nullable H find(String name, String[] tags) {
		Objects.requireNonNull(name, "name must not be null");
		H known = (tags.length == 0) ? this.untagged.get(name) : this.tagged.get(new Tagged(name, tags));
		return (known != null) ? known : create(name, tags);
	}

	private @Nullable H create(String name, String[] tags) {
		if (tags.length % 2 != 0) {
			throw new IllegalArgumentException(
					"tags must be keys and values in turns, but were " + Arrays.toString(tags));
		}
		Meter.Type existing = this.names.type(name);
		if (existing != null && existing != this.type) {
			this.names.refuse(name, this.type, "there is a " + MeterNames.word(existing) + " with this name already");
			return null;
		}
		try {
			H created = (tags.length == 0)
					? this.untagged.computeIfAbsent(name, (absent) -> this.factory.apply(name, Tags.empty()))
					: createTagged(name, tags);
			this.names.add(name, this.type);
			return created;
		}
		catch (RuntimeException ex) {
			this.names.refuse(name, this.type, String.valueOf(ex.getMessage()));
			return null;
		}
	}

	/** Stores a folded meter under its folded tags, since there is no end of others. */
	private H createTagged(String name, String[] tags) {
		Tags requested = Tags.of(tags);
		Meter.Id id = new Meter.Id(name, requested, null, null, this.type);
		Meter.Id bounded = this.bounds.apply(id);
		if (bounded.equals(id)) {
			return this.tagged.computeIfAbsent(new Tagged(name, tags.clone()),
					(absent) -> this.factory.apply(name, requested));
		}
		String[] folded = bounded.getTags()
			.stream()
			.flatMap((tag) -> Stream.of(tag.getKey(), tag.getValue()))
			.toArray(String[]::new);
		return this.tagged.computeIfAbsent(new Tagged(name, folded),
				(absent) -> this.factory.apply(name, Tags.of(bounded.getTags())));
	}

	/**
	 * A name and its tags, in the order in which they are given.
	 */
	private static final class Tagged {

		private final String name;

		private final String[] tags;

		private final int hash;

		Tagged(String name, String[] tags) {
			this.name = name;
			this.tags = tags;
			this.hash = 31 * name.hashCode() + Arrays.hashCode(tags);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Tagged that && this.hash == that.hash && this.name.equals(that.name)
					&& Arrays.equals(this.tags, that.tags);
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
