package dev.cairn.spring;

import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application that sends something to each backend, and reports the state of Kafka. It
 * runs in a process of its own.
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
		ConfigurableApplicationContext context = new SpringApplicationBuilder(ShutdownApplication.class)
			.web(WebApplicationType.NONE)
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

}
