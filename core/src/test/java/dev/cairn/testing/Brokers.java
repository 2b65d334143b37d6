package dev.cairn.testing;

import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * Brokers in the process of the tests, which announce themselves to all its applications.
 */
public final class Brokers {

	private static final String PROPERTY = "spring.kafka.bootstrap-servers";

	private Brokers() {
	}

	/**
	 * Starts a broker that no application uses unless it is configured to.
	 * @param broker the broker
	 * @return the broker
	 */
	public static EmbeddedKafkaKraftBroker start(EmbeddedKafkaKraftBroker broker) {
		broker.afterPropertiesSet();
		System.clearProperty(PROPERTY);
		return broker;
	}

	/**
	 * Stops a broker.
	 * @param broker the broker
	 */
	public static void stop(EmbeddedKafkaKraftBroker broker) {
		broker.destroy();
		System.clearProperty(PROPERTY);
	}

}
