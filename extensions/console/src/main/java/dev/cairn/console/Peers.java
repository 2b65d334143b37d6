package dev.cairn.console;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * The other instances: those of the configuration first. The only place that has their
 * addresses. Thread-safe.
 */
final class Peers {

	/** The maximum number of peers; further ones are not read. */
	static final int MAX = 32;

	private final List<Instance> configured;

	private final List<Extensions.Named<InstanceSource>> sources;

	private final Extensions extensions;

	Peers(List<Instance> configured, List<InstanceSource> sources, Extensions extensions) {
		this.configured = List.copyOf(configured);
		this.sources = Extensions.named("source of instances", sources);
		this.extensions = extensions;
	}

	Collection<Instance> all() {
		Map<String, Instance> all = new LinkedHashMap<>();
		add(this.configured, all);
		for (Extensions.Named<InstanceSource> source : this.sources) {
			// The copy refuses a list with null while the source can be blamed
			List<Instance> found = this.extensions.call(source, (each) -> List.copyOf(each.instances()));
			add((found != null) ? found : List.of(), all);
		}
		return all.values();
	}

	private static void add(List<Instance> instances, Map<String, Instance> all) {
		for (Instance instance : instances) {
			if (all.size() < MAX) {
				all.putIfAbsent(instance.name(), instance);
			}
		}
	}

	@Nullable Instance find(String name) {
		for (Instance instance : all()) {
			if (instance.name().equals(name)) {
				return instance;
			}
		}
		return null;
	}

}
