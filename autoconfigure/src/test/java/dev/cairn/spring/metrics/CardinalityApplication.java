package dev.cairn.spring.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import dev.cairn.Cairn;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application that puts values without end into all that has a name or a tag. It runs
 * in a process of its own, with a small heap.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class CardinalityApplication {

	/**
	 * Runs the application.
	 * @param arguments the kind, the number of values of each of two tags, and the
	 * properties of the application
	 */
	public static void main(String[] arguments) {
		int values = Integer.parseInt(arguments[1]);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(CardinalityApplication.class)
			.web(WebApplicationType.NONE)
			.run(arguments)) {
			Cairn cairn = context.getBean(Cairn.class);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			kinds(cairn, registry, values).forEach((kind, run) -> {
				if (kind.equals(arguments[0]) || arguments[0].equals("all")) {
					run.run();
					System.out.println("Recorded " + kind + ", " + registry.getMeters().size() + " meters, "
							+ used() / 1024 / 1024 + " MB");
				}
			});
		}
		System.out.println("Done");
	}

	private static long used() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private static Map<String, Runnable> kinds(Cairn cairn, MeterRegistry registry, int values) {
		Map<String, Runnable> kinds = new LinkedHashMap<>();
		kinds.put("removed", () -> {
			MultiGauge rows = MultiGauge.builder("removed.rows").register(registry);
			each(values * values, (i) -> {
				Tags tags = Tags.of("a", "a" + i);
				cairn.incr("removed.counter", 1, "a", "a" + i);
				cairn.timer("removed.timer", "a", "a" + i).close();
				cairn.set("removed.gauge", 1, "a", "a" + i);
				registry.remove(registry.counter("removed.counter", tags));
				registry.remove(registry.timer("removed.timer", tags));
				registry.remove(Gauge.builder("removed.gauge", () -> 1).tags(tags).register(registry));
				registry.remove(registry.summary("removed.summary", tags));
				registry.remove(LongTaskTimer.builder("removed.task").tags(tags).register(registry));
				rows.register(List.of(MultiGauge.Row.of(tags, 1)), true);
			});
		});
		kinds.put("keys", () -> each(values * values, (i) -> {
			cairn.incr("keys.counter", "key" + i, "value");
			registry.timer("keys.timer", "key" + i, "value").record(1, TimeUnit.MILLISECONDS);
		}));
		kinds.put("calls", () -> pairs(values, (a, b) -> {
			cairn.incr("calls.counter", 1, "a", a, "b", b);
			cairn.timer("calls.timer", "a", a, "b", b).close();
			cairn.record("calls.summary", 1, "a", a, "b", b);
			cairn.set("calls.gauge", 1, "a", a, "b", b);
		}));
		kinds.put("registry", () -> pairs(values, (a, b) -> {
			Tags tags = Tags.of("a", a, "b", b);
			registry.counter("registry.counter", tags).increment();
			registry.timer("registry.timer", tags).record(1, TimeUnit.MILLISECONDS);
			registry.summary("registry.summary", tags).record(1);
			registry.gauge("registry.gauge", tags, 1);
			LongTaskTimer.builder("registry.task").tags(tags).register(registry).start().stop();
		}));
		kinds.put("global", () -> pairs(values, (a, b) -> {
			Metrics.counter("global.counter", "a", a, "b", b).increment();
			Metrics.timer("global.timer", "a", a, "b", b).record(1, TimeUnit.MILLISECONDS);
		}));
		kinds.put("events", () -> each(values * values, (i) -> {
			cairn.event("type." + i).logger("logger." + i).publish();
			cairn.capture(new IllegalStateException("failure " + i));
		}));
		kinds.put("timers", () -> each(values * values, (i) -> cairn.timer("timers." + i).close()));
		kinds.put("names", () -> each(values * values, (i) -> {
			cairn.incr("names.counter." + i);
			cairn.timer("names.timer." + i).close();
			cairn.record("names.summary." + i, 1);
			cairn.set("names.gauge." + i, 1);
			registry.timer("names.own." + i).record(1, TimeUnit.MILLISECONDS);
			Metrics.counter("names.global." + i).increment();
		}));
		return kinds;
	}

	private static void pairs(int values, BiConsumer<String, String> call) {
		each(values, (a) -> each(values, (b) -> call.accept("a" + a, "b" + b)));
	}

	private static void each(int values, IntConsumer call) {
		IntStream.range(0, values).forEach(call);
	}

	/** A registry that does not depend on Cairn, as that of Prometheus. */
	@Bean
	SimpleMeterRegistry simple() {
		return new SimpleMeterRegistry();
	}

}
