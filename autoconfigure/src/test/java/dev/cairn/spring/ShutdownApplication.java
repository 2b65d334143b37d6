package dev.cairn.spring;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * An application that sends something to each backend, and reports the state of Kafka and
 * the time that its end takes. It runs in a process of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ShutdownApplication {

	/**
	 * Runs the application until it is stopped.
	 * @param arguments the properties of the application
	 * @throws InterruptedException never
	 */
	public static void main(String[] arguments) throws InterruptedException {
		End end = new End();
		SpringApplication.getShutdownHandlers().add(end::report);
		ConfigurableApplicationContext context = new SpringApplicationBuilder(ShutdownApplication.class)
			.web(WebApplicationType.NONE)
			.listeners(end)
			.run(arguments);
		Cairn cairn = context.getBean(Cairn.class);
		cairn.event("order.placed").publish();
		cairn.capture(new IllegalStateException("fails"));
		Timer timer = context.getBean(MeterRegistry.class).timer("times");
		while (isUp(cairn, "statsd")) {
			timer.record(1, TimeUnit.MILLISECONDS);
		}
		while (context.isActive()) {
			System.out.println("Kafka is " + cairn.ledger().balances().get("kafka").state());
			TimeUnit.MILLISECONDS.sleep(100);
		}
	}

	private static boolean isUp(Cairn cairn, String channel) {
		Ledger.Balance balance = cairn.ledger().balances().get(channel);
		return balance != null && balance.state() == Ledger.State.UP;
	}

	/**
	 * Measures the end of the context. A thread that does nothing but sleep shows how
	 * much of that time the machine has taken from this process.
	 */
	private static final class End implements ApplicationListener<ContextClosedEvent>, Ordered {

		private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);

		private long begin;

		private final AtomicLong paused = new AtomicLong();

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
			this.begin = System.nanoTime();
			Thread reference = new Thread(this::watch, "reference");
			reference.setDaemon(true);
			reference.start();
		}

		/** Before all other listeners. */
		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

		private void watch() {
			long last = System.nanoTime();
			while (true) {
				try {
					TimeUnit.NANOSECONDS.sleep(TICK);
				}
				catch (InterruptedException ex) {
					return;
				}
				long now = System.nanoTime();
				this.paused.addAndGet(Math.max(0, now - last - 2 * TICK));
				last = now;
			}
		}

		/** Called when all contexts are closed. */
		void report() {
			long nanos = System.nanoTime() - this.begin;
			System.out.println("Closed in " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms, paused for "
					+ TimeUnit.NANOSECONDS.toMillis(this.paused.get()) + " ms.");
		}

	}

}
