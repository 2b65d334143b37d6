package dev.cairn.spring.kafka;

import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QuietKafkaFilterTests {

	private final LoggerContext context = new LoggerContext();

	private final ClientLog log = new ClientLog();

	private final QuietKafkaFilter filter = new QuietKafkaFilter("cairn-shop", this.log);

	@AfterEach
	void stop() {
		this.filter.destroy();
		this.context.stop();
	}

	@Test
	void dropsWhatTheOwnClientRepeatsAndKeepsTheReason() throws Exception {
		this.filter.addTo(this.context);
		assertThat(logBy("cairn-kafka")).isEmpty();
		assertThat(logBy("kafka-producer-network-thread | cairn-shop")).isEmpty();
		assertThat(this.log.last()).isEqualTo("the broker is not available");
	}

	@Test
	void leavesTheClientsOfTheApplicationAlone() throws Exception {
		this.filter.addTo(this.context);
		assertThat(logBy("kafka-producer-network-thread | producer-1")).hasSize(1);
		assertThat(this.log.last()).isNull();
	}

	@Test
	void staysWhenTheConfigurationIsReadAgain() throws Exception {
		this.filter.addTo(this.context);
		for (int i = 0; i < 2; i++) {
			this.context.reset();
			assertThat(logBy("cairn-kafka")).isEmpty();
			assertThat(this.context.getTurboFilterList()).containsOnlyOnce(this.filter);
		}
	}

	@Test
	void isGoneWithItsContext() throws Exception {
		this.filter.addTo(this.context);
		this.filter.destroy();
		this.context.reset();
		assertThat(logBy("cairn-kafka")).hasSize(1);
	}

	private List<ILoggingEvent> logBy(String thread) throws InterruptedException {
		Logger logger = this.context.getLogger("org.apache.kafka.clients.NetworkClient");
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		Thread client = new Thread(() -> logger.error("[Producer] the broker is not available"), thread);
		client.start();
		client.join();
		logger.detachAppender(lines);
		return lines.list;
	}

}
