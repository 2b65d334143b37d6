package dev.cairn.spring.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

import dev.cairn.Message;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The meter {@code cairn.messages.published}: messages by type, each once, however many
 * sinks it has. Thread-safe.
 */
final class PublishedMessages implements MeterBinder, SignalListener {

	private static final int MAX_TYPES = 500;

	private static final String OTHER_TYPES = "other";

	private final Map<String, LongAdder> types = new ConcurrentHashMap<>();

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.types.forEach((type, count) -> bind(registry, type, count));
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		LongAdder known = this.types.get(message.type());
		((known != null) ? known : open(message.type())).increment();
	}

	private LongAdder open(String type) {
		String name = (this.types.size() < MAX_TYPES) ? type : OTHER_TYPES;
		LongAdder opened = new LongAdder();
		LongAdder winner = this.types.putIfAbsent(name, opened);
		if (winner != null) {
			return winner;
		}
		this.registries.forEach((registry) -> bind(registry, name, opened));
		return opened;
	}

	private static void bind(MeterRegistry registry, String type, LongAdder count) {
		FunctionCounter.builder("cairn.messages.published", count, LongAdder::sum)
			.description("Messages by type")
			.tag("type", type)
			.register(registry);
	}

}
