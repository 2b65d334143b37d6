package dev.cairn.integration;

import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;

/**
 * JMS, with the real broker of Artemis.
 */
@DisabledForJreRange(min = JRE.JAVA_24, disabledReason = "Artemis needs Subject.getSubject")
class JmsTests extends ListenerContract {

	@Override
	String instrument() {
		return "jms";
	}

	@Override
	Service start(String... properties) {
		return Service.start(Application.class,
				with(properties, "spring.artemis.mode=embedded", "spring.artemis.embedded.queues=${queue}"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Sender.class, Inbox.class, Excluded.class, Orders.class })
	static class Application {

		@Bean
		Outbox outbox(JmsTemplate template, @Value("${queue}") String queue) {
			return (text) -> template.convertAndSend(queue, text);
		}

	}

	static class Orders {

		private final Inbox inbox;

		Orders(Inbox inbox) {
			this.inbox = inbox;
		}

		@JmsListener(destination = "${queue}")
		void receive(String text) {
			this.inbox.receive(text);
		}

	}

}
