package dev.cairn.integration;

import java.util.Arrays;

import dev.cairn.Cairn;
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
	Service start(String... properties) {
		String[] all = Arrays.copyOf(properties, properties.length + 2);
		all[properties.length] = "spring.artemis.mode=embedded";
		all[properties.length + 1] = "spring.artemis.embedded.queues=${queue}";
		return Service.start(Application.class, all);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Sender.class)
	static class Application {

		@Bean
		Inbox inbox(Cairn cairn) {
			return new Inbox(cairn);
		}

		@Bean
		Outbox outbox(JmsTemplate template, @Value("${queue}") String queue) {
			return (text) -> template.convertAndSend(queue, text);
		}

		@Bean
		Orders listener(Inbox inbox) {
			return new Orders(inbox);
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
