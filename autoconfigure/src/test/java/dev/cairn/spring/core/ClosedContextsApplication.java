package dev.cairn.spring.core;

import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.instrument.Metrics;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Starts, uses and closes contexts, and prints how many of them are kept.
 */
public final class ClosedContextsApplication {

	private static final int CONTEXTS = 5;

	private ClosedContextsApplication() {
	}

	/**
	 * Runs the contexts.
	 * @param arguments ignored
	 * @throws Exception if there is no free port
	 */
	public static void main(String[] arguments) throws Exception {
		List<WeakReference<ApplicationContext>> contexts = new ArrayList<>();
		try (ServerSocket backend = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
			for (int i = 0; i < CONTEXTS; i++) {
				contexts.add(run(backend.getLocalPort()));
			}
		}
		// Kafka's producer ends some time after its context, when its connection fails
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		long kept;
		do {
			System.gc();
			kept = contexts.stream().filter((context) -> context.get() != null).count();
		}
		while (kept > 1 && System.nanoTime() < deadline);
		System.out.println("Kept " + kept + " of " + CONTEXTS);
		System.exit(0);
	}

	private static WeakReference<ApplicationContext> run(int port) {
		try (RunningApplication application = RunningApplication.start(Shop.class, "cairn.shutdown-timeout=500ms",
				"management.statsd.metrics.export.host=127.0.0.1", "management.statsd.metrics.export.port=" + port,
				"spring.kafka.bootstrap-servers=127.0.0.1:" + port, "sentry.dsn=http://key@127.0.0.1:" + port + "/1",
				"cairn.points.read.method=" + Service.class.getName() + "#read")) {
			application.get("/read");
			application.get("/fail");
			application.bean(Cairn.class).incr("calls", "a", "b");
			Metrics.counter("global").increment();
			return new WeakReference<>(application.context());
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		@Bean
		Service service(ApplicationContext context) {
			return new Service(context);
		}

		@Bean
		Api api(Service service) {
			return new Api(service);
		}

	}

	@RestController
	static class Api {

		private final Service service;

		Api(Service service) {
			this.service = service;
		}

		@GetMapping("/read")
		String read() {
			return this.service.read("a");
		}

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("fails");
		}

	}

	/**
	 * Is proxied for its meters and its point.
	 */
	static class Service {

		private final ApplicationContext context;

		Service(ApplicationContext context) {
			this.context = context;
		}

		@Timed("reads")
		@Counted("reads.counted")
		String read(String name) {
			return name + this.context.getId();
		}

	}

}
